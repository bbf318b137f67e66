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

package dev.lumoauth.spring.workload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Asks a platform's server for a token. Redirects are not followed, the time and the
 * length of the answer are limited, and errors contain nothing that was sent or received.
 */
final class TokenServer {

	/** A token, and the JSON or XML around it. */
	private static final int MAX_BODY = 2 * CompactJwt.MAX_LENGTH;

	/** In characters. */
	private static final int MIN_SECRET = 8;

	private final ClientHttpRequestFactory requests;

	private final String provider;

	private TokenServer(HttpClient.Builder client, PlatformTokens.Settings settings) {
		HttpClient built = client.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(settings.connectTimeout())
			.build();
		this.requests = LumoAuthHttp.requestFactory(built, settings.readTimeout());
		this.provider = settings.property("provider");
	}

	/** A server on this machine or next to it, which a proxy couldn't reach. */
	static TokenServer local(PlatformTokens.Settings settings) {
		return new TokenServer(HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY), settings);
	}

	/**
	 * A server on the internet, by https, through the proxy that is configured for the
	 * JVM.
	 */
	static TokenServer remote(PlatformTokens.Settings settings) {
		return new TokenServer(HttpClient.newBuilder(), settings);
	}

	Answer get(URI address, Map<String, String> headers) {
		return send(HttpMethod.GET, address, headers, null);
	}

	Answer send(HttpMethod method, URI address, Map<String, String> headers, byte @Nullable [] body) {
		String place = place(address);
		try {
			ClientHttpRequest request = this.requests.createRequest(address, method);
			headers.forEach(request.getHeaders()::add);
			if (body != null) {
				request.getBody().write(body);
			}
			try (ClientHttpResponse response = request.execute()) {
				byte[] received = response.getBody().readNBytes(MAX_BODY + 1);
				if (received.length > MAX_BODY) {
					throw new LumoAuthUnavailableException(
							"The answer of " + place + " is too long for a token: more than " + MAX_BODY + " bytes",
							null);
				}
				return new Answer(place, response.getStatusCode().value(), response.getHeaders(),
						CompactJwt.text(received), secrets(headers));
			}
		}
		catch (IllegalArgumentException ex) {
			// Without the cause: the JDK's message quotes the header.
			throw new LumoAuthUnavailableException(
					"Nothing was sent to " + place
							+ ": an environment variable or a file holds characters that a request header can't have",
					null);
		}
		catch (IOException ex) {
			throw new LumoAuthUnavailableException("The platform's token server " + place
					+ " didn't answer. Does this run on the platform that " + this.provider + " names?", ex);
		}
	}

	/** Without the path, which has the id of the task's credentials on ECS. */
	private static String place(URI address) {
		return address.getScheme() + "://" + address.getAuthority();
	}

	/** What a server may say back. Short words, such as "true", are no secrets. */
	private static List<String> secrets(Map<String, String> headers) {
		return headers.values()
			.stream()
			.flatMap((value) -> Stream.of(value.split(" ")))
			.filter((word) -> word.length() >= MIN_SECRET)
			.toList();
	}

	/**
	 * The answer of a server.
	 *
	 * @param place the server
	 * @param status the HTTP status
	 * @param headers the headers
	 * @param body the body
	 * @param secrets what no message says
	 */
	record Answer(String place, int status, HttpHeaders headers, String body, List<String> secrets) {

		/**
		 * Return the token in a JSON object.
		 * @param field the object's field
		 * @param advice what to do if the platform refuses, a sentence
		 */
		String token(String field, String advice) {
			Object token = json(advice).get(field);
			return CompactJwt.of((token instanceof String text) ? text : null,
					"The '" + field + "' that " + this.place + " answered");
		}

		Map<String, Object> json(String advice) {
			if (this.status != 200) {
				throw refused(reason(), advice);
			}
			try {
				return LumoAuthJson.read(this.body.getBytes(StandardCharsets.UTF_8));
			}
			catch (IllegalArgumentException ex) {
				throw new LumoAuthUnavailableException("The answer of " + this.place + " is not a JSON object", null);
			}
		}

		private String reason() {
			try {
				Map<String, Object> fields = LumoAuthJson.read(this.body.getBytes(StandardCharsets.UTF_8));
				for (String name : new String[] { "error_description", "message", "Message", "error" }) {
					if (fields.get(name) instanceof String text) {
						return text;
					}
				}
				return "";
			}
			catch (IllegalArgumentException ex) {
				return "";
			}
		}

		LumoAuthUnavailableException refused(String reason, String advice) {
			return new LumoAuthUnavailableException(
					"The platform's token server " + this.place + " gave no token: HTTP " + this.status
							+ (reason.isEmpty() ? "" : ", " + Excerpt.of(reason, this.secrets)) + ". " + advice,
					null);
		}

		@Override
		public String toString() {
			return this.place + " answered HTTP " + this.status;
		}

	}

}
