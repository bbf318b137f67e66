/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthProtocolException;

/**
 * Refuses redirects and responses over 1 MiB, and reads the response completely. It is
 * the interceptor next to the network, so other interceptors never see such responses.
 */
final class BoundedResponseInterceptor implements ClientHttpRequestInterceptor {

	static final int MAX_BYTES = 1024 * 1024;

	/**
	 * The part of an error's body that is read: only its code and its message are needed.
	 */
	static final int MAX_ERROR_BYTES = 64 * 1024;

	private static final String SENT = BoundedResponseInterceptor.class.getName() + ".SENT";

	/**
	 * Return whether a request was really sent, and not held back by another interceptor.
	 */
	static boolean wasSent(HttpRequest request) {
		return request.getAttributes().containsKey(SENT);
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		request.getAttributes().put(SENT, true);
		ClientHttpResponse response = execution.execute(request, body);
		try {
			return bounded(request, body, response);
		}
		catch (IOException | RuntimeException ex) {
			response.close();
			throw ex;
		}
	}

	private static ClientHttpResponse bounded(HttpRequest request, byte[] sent, ClientHttpResponse response)
			throws IOException {
		URI endpoint = RequestMarks.endpoint(request);
		HttpStatusCode status = response.getStatusCode();
		if (status.is3xxRedirection()) {
			throw new LumoAuthProtocolException("LumoAuth at " + endpoint + " answered with a redirect (HTTP "
					+ status.value() + target(response, RequestSecrets.of(request, sent))
					+ "). The redirect is not followed, because it would send the credentials "
					+ "elsewhere: set lumoauth.url to the address that answers without a redirect", null);
		}
		// Closed, and not read to its end: an answer may have none.
		try (InputStream content = response.getBody()) {
			return new BodyResponse(response, status.isError() ? error(status, content) : answer(endpoint, content));
		}
	}

	private static byte[] answer(URI endpoint, InputStream content) throws IOException {
		byte[] body;
		try {
			body = content.readNBytes(MAX_BYTES + 1);
		}
		catch (IOException ex) {
			// LumoAuth is unavailable. That is no invalid answer.
			throw brokenOff(ex);
		}
		if (body.length > MAX_BYTES) {
			throw new LumoAuthProtocolException("The answer of LumoAuth at " + endpoint + " is larger than 1 MiB",
					null);
		}
		return body;
	}

	/** When the time is over, Spring's request factory closes the body. */
	private static IOException brokenOff(IOException failure) {
		IOException brokenOff = Deadline.allows(Duration.ofMillis(1))
				? new BrokenOffException("The answer broke off, or did not end in time")
				: new HttpTimeoutException("The answer did not end in time");
		brokenOff.initCause(failure);
		return brokenOff;
	}

	private static byte[] error(HttpStatusCode status, InputStream content) throws IOException {
		try {
			return content.readNBytes(MAX_ERROR_BYTES);
		}
		catch (IOException ex) {
			if (!status.is4xxClientError() || Thread.currentThread().isInterrupted()) {
				throw brokenOff(ex);
			}
			// The status shows that LumoAuth refuses. The body would only have explained
			// it.
			return new byte[0];
		}
	}

	private static String target(ClientHttpResponse response, Set<String> secrets) {
		String location = response.getHeaders().getFirst(HttpHeaders.LOCATION);
		return (location != null) ? " to " + Excerpt.of(location.replaceAll("[?#].*", ""), secrets) : "";
	}

	/**
	 * An answer that began, so that the request had its effect.
	 */
	static final class BrokenOffException extends IOException {

		private static final long serialVersionUID = 1L;

		BrokenOffException(String message) {
			super(message);
		}

	}

}
