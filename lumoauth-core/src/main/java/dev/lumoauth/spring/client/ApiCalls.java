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

package dev.lumoauth.spring.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * Calls LumoAuth's API as the agent. All calls here only read, checks included, so they
 * may be tried twice.
 */
final class ApiCalls {

	private final LumoAuthHttp http;

	private final LumoAuthTokens tokens;

	ApiCalls(LumoAuthHttp http, LumoAuthTokens tokens) {
		this.http = http;
		this.tokens = tokens;
	}

	<T> T get(URI endpoint, Function<Answer, T> reader) {
		return call(HttpMethod.GET, endpoint, null, reader);
	}

	<T> T post(URI endpoint, Map<String, ?> body, Function<Answer, T> reader) {
		return call(HttpMethod.POST, endpoint, LumoAuthJson.write(body), reader);
	}

	private <T> T call(HttpMethod method, URI endpoint, byte @Nullable [] body, Function<Answer, T> reader) {
		OAuth2AccessToken token = this.tokens.agentToken();
		try {
			return send(method, endpoint, body, token, reader);
		}
		catch (LumoAuthAuthenticationException ex) {
			// The token may have been revoked. Another thread may have noticed before.
			this.tokens.discard(token);
			return sendAgain(method, endpoint, body, reader, ex);
		}
	}

	private <T> T sendAgain(HttpMethod method, URI endpoint, byte @Nullable [] body, Function<Answer, T> reader,
			LumoAuthAuthenticationException refusal) {
		try {
			return send(method, endpoint, body, this.tokens.agentToken(), reader);
		}
		catch (LumoAuthUnavailableException ex) {
			if (!ex.isUnreachable()) {
				throw ex;
			}
			// LumoAuth did answer, and the answer was a refusal.
			throw new LumoAuthAuthenticationException(refusal.getMessage() + ", and then: " + ex.getMessage(), ex);
		}
	}

	private <T> T send(HttpMethod method, URI endpoint, byte @Nullable [] body, OAuth2AccessToken token,
			Function<Answer, T> reader) {
		RestClient.RequestBodySpec request = this.http.restClient()
			.method(method)
			.uri(endpoint)
			.accept(MediaType.APPLICATION_JSON)
			.headers((headers) -> headers.setBearerAuth(token.getTokenValue()))
			.attributes(LumoAuthHttp.safe());
		if (body != null) {
			request.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		Answer answer = read(endpoint, request.retrieve().toEntity(byte[].class), token);
		T value = reader.apply(answer);
		if (!answer.isFlawed()) {
			this.http.wellFormed(endpoint);
		}
		return value;
	}

	private Answer read(URI endpoint, ResponseEntity<byte[]> response, OAuth2AccessToken token) {
		byte[] body = response.getBody();
		int status = response.getStatusCode().value();
		if (body == null) {
			throw this.http.malformed(endpoint, status, new byte[0], "it is empty");
		}
		try {
			return new Answer(LumoAuthJson.read(body),
					(what) -> this.http.malformed(endpoint, status, without(token, body), what));
		}
		catch (IllegalArgumentException ex) {
			throw this.http.malformed(endpoint, status, without(token, body), "it is no JSON object");
		}
	}

	/**
	 * What is malformed is quoted in the log, and may repeat what was sent.
	 */
	private static byte[] without(OAuth2AccessToken token, byte[] body) {
		return new String(body, StandardCharsets.UTF_8).replace(token.getTokenValue(), "***")
			.getBytes(StandardCharsets.UTF_8);
	}

}
