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

package dev.lumoauth.spring.aauth.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * Requests that ask resources for resource tokens: signed, without an auth token, and
 * only to configured addresses. Redirects are not followed, and at most 64 KiB of an
 * answer are read.
 */
final class ResourceRequests {

	static final int MAX_BYTES = 64 * 1024;

	/** The longest wait that is reported. */
	private static final long MAX_WAIT = Duration.ofDays(1).toSeconds();

	private final RestClient client;

	private final AAuthAgent agent;

	/**
	 * Create the requests.
	 * @param agent signs them
	 * @param requestFactory creates them; it must have timeouts and must not follow
	 * redirects
	 */
	ResourceRequests(AAuthAgent agent, ClientHttpRequestFactory requestFactory) {
		this.agent = agent;
		// A separate client: an application's interceptors might add credentials.
		this.client = RestClient.builder()
			.requestFactory(requestFactory)
			.requestInterceptor(new SigningInterceptor(agent.signer()))
			.configureMessageConverters((converters) -> converters.disableDefaults()
				.addCustomConverter(new ByteArrayHttpMessageConverter()))
			.build();
	}

	/**
	 * Call a resource without an auth token.
	 */
	Answer get(AAuthTarget target) {
		try {
			Answer answer = this.client.get()
				.uri(target.url())
				.accept(MediaType.ALL)
				.header("Agent-Auth", "agent_token=" + this.agent.agentToken(target.resource()))
				.exchange((sent, response) -> read(target, response));
			if (answer == null) {
				throw new LumoAuthProtocolException(of(target) + " gave no answer", null);
			}
			return answer;
		}
		catch (ResourceAccessException ex) {
			throw new LumoAuthUnavailableException(of(target)
					+ " could not be reached, or did not answer in time: check " + target.property() + ".url", ex);
		}
	}

	private static Answer read(AAuthTarget target, ClientHttpResponse response) throws IOException {
		HttpStatusCode status = response.getStatusCode();
		if (status.is3xxRedirection()) {
			throw new LumoAuthProtocolException(
					of(target) + " answered with a redirect (HTTP " + status.value() + "), which is not followed: set "
							+ target.property() + ".url to the address that answers without a redirect",
					null);
		}
		if (status.isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS)) {
			throw new LumoAuthRateLimitedException(of(target) + " accepts no requests for a while (HTTP 429)",
					wait(response.getHeaders()), null);
		}
		if (status.is5xxServerError()) {
			throw new LumoAuthUnavailableException(of(target) + " failed (HTTP " + status.value() + ")", null);
		}
		byte[] body = response.getBody().readNBytes(MAX_BYTES + 1);
		if (body.length > MAX_BYTES) {
			throw new LumoAuthProtocolException(of(target) + " gave an answer of more than 64 KiB", null);
		}
		return new Answer(status.value(), response.getHeaders(), body);
	}

	private static @Nullable Duration wait(HttpHeaders headers) {
		try {
			String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
			return (seconds != null)
					? Duration.ofSeconds(Math.max(0, Math.min(Long.parseLong(seconds.trim()), MAX_WAIT))) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Return the name of a resource in a message.
	 */
	static String of(AAuthTarget target) {
		return "The resource of " + target.property();
	}

	/**
	 * A usable answer.
	 *
	 * @param status the HTTP status: neither a redirect, nor 429 or a failure
	 * @param headers its headers
	 * @param body its body
	 */
	@SuppressWarnings("ArrayRecordComponent") // answers are never compared
	record Answer(int status, HttpHeaders headers, byte[] body) {

		List<String> header(String name) {
			return this.headers.getOrEmpty(name);
		}

		/**
		 * Without the content, which may be a token.
		 */
		@Override
		public String toString() {
			return "Answer[HTTP " + this.status + "]";
		}

	}

}
