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

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenAttachment;

/**
 * Calls LumoAuth's API with a token: the agent's, that of the agent acting for somebody,
 * or that of a caller of the application. A feature's requests go through here: a token
 * is attached, renewed if it is refused, and every error is one of
 * {@code dev.lumoauth.spring}'s exceptions.
 *
 * @since 0.1.0
 */
public final class ApiCalls {

	/** More replacements of a key than there can be during one call. */
	private static final int MAX_ROTATIONS = 3;

	private final LumoAuthHttp http;

	private final ApiTokens tokens;

	/**
	 * Create the calls of an agent.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public ApiCalls(LumoAuthHttp http, LumoAuthTokens tokens) {
		this(http, ApiTokens.of(tokens));
	}

	ApiCalls(LumoAuthHttp http, ApiTokens tokens) {
		this.http = http;
		this.tokens = tokens;
	}

	<T> T get(URI endpoint, Function<ApiAnswer, T> reader) {
		return call(ApiRequest.get(endpoint), reader);
	}

	<T> T post(URI endpoint, Map<String, ?> body, Function<ApiAnswer, T> reader) {
		return call(ApiRequest.post(endpoint, body), reader);
	}

	/**
	 * Send a request, and once more with another token if its token is refused.
	 * @param <T> what is read
	 * @param request the request
	 * @param reader reads the answer, and throws what {@link ApiAnswer#malformed} returns
	 * if it is none
	 * @return what the reader returns
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public <T> T call(ApiRequest request, Function<ApiAnswer, T> reader) {
		OAuth2AccessToken token = this.tokens.of(request);
		try {
			return send(request, token, reader);
		}
		catch (LumoAuthAuthenticationException ex) {
			if (LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(ex.getErrorCode())) {
				return afterRotation(request, token, reader, ex);
			}
			if (!this.tokens.discard(token)) {
				throw ex;
			}
			return sendAgain(request, token, reader, ex);
		}
	}

	/**
	 * A refused proof says nothing about the token, unless the agent's key has changed
	 * since the token was issued. Then another token is used. The key may change once
	 * more meanwhile.
	 */
	private <T> T afterRotation(ApiRequest request, OAuth2AccessToken refused, Function<ApiAnswer, T> reader,
			LumoAuthAuthenticationException refusal) {
		OAuth2AccessToken last = refused;
		LumoAuthAuthenticationException failure = refusal;
		for (int attempt = 0; attempt < MAX_ROTATIONS; attempt++) {
			OAuth2AccessToken token = this.tokens.of(request);
			if (token.getTokenValue().equals(last.getTokenValue())) {
				break;
			}
			try {
				return send(request, token, reader);
			}
			catch (LumoAuthAuthenticationException ex) {
				if (!LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(ex.getErrorCode())) {
					throw ex;
				}
				last = token;
				failure = ex;
			}
		}
		throw failure;
	}

	/**
	 * A request that was not authenticated had no effect, so any request may be sent
	 * again.
	 */
	private <T> T sendAgain(ApiRequest request, OAuth2AccessToken refused, Function<ApiAnswer, T> reader,
			LumoAuthAuthenticationException refusal) {
		try {
			OAuth2AccessToken token = this.tokens.of(request);
			if (request.subject() != null && token.getTokenValue().equals(refused.getTokenValue())) {
				// The token has just replaced a refused one: another token would be
				// refused too.
				throw refusal;
			}
			return send(request, token, reader);
		}
		catch (LumoAuthUnavailableException ex) {
			if (!ex.isUnreachable() && !WaitAllowance.isUsedUp(ex)) {
				throw ex;
			}
			// LumoAuth did answer, and the answer was a refusal.
			throw new LumoAuthAuthenticationException(refusal.getMessage() + ", and then: " + ex.getMessage(), ex);
		}
	}

	private <T> T send(ApiRequest request, OAuth2AccessToken token, Function<ApiAnswer, T> reader) {
		URI endpoint = request.endpoint();
		String id = request.id();
		RestClient.RequestBodySpec spec = this.http.restClient()
			.method(request.method())
			.uri((id != null) ? this.http.endpoints().withId(endpoint, id) : endpoint)
			.accept(MediaType.APPLICATION_JSON)
			.headers((headers) -> headers.set(HttpHeaders.AUTHORIZATION, TokenAttachment.authorization(token)))
			.attributes(LumoAuthHttp.answeredWith(request.answers()));
		if (request.repeatable()) {
			spec.attributes(LumoAuthHttp.safe());
		}
		if (id != null) {
			spec.attributes(LumoAuthHttp.at(endpoint, id));
		}
		spec.attributes((attributes) -> attributes.putAll(request.marks()));
		if (request.body() != null) {
			spec.contentType(request.contentType()).body(request.body().getBytes(StandardCharsets.UTF_8));
		}
		ApiAnswer answer = read(request, spec.retrieve().onStatus(HttpStatusCode::isError, (sent, received) -> {
			// One of the expected statuses: all others have become an exception.
		}).toEntity(byte[].class), token);
		T value = reader.apply(answer);
		if (!answer.isFlawed()) {
			this.http.wellFormed(endpoint);
		}
		return value;
	}

	private ApiAnswer read(ApiRequest request, ResponseEntity<byte[]> response, OAuth2AccessToken token) {
		URI endpoint = request.endpoint();
		byte[] body = response.getBody();
		int status = response.getStatusCode().value();
		if (response.getStatusCode().isError()) {
			return ApiAnswer.refusal((what) -> this.http.malformed(endpoint, status, new byte[0], what));
		}
		if (request.isAnsweredByNothing()) {
			return new ApiAnswer(Map.of(), (what) -> this.http.malformed(endpoint, status, new byte[0], what));
		}
		if (body == null) {
			throw this.http.malformed(endpoint, status, new byte[0], "it is empty");
		}
		try {
			return new ApiAnswer(LumoAuthJson.read(body),
					(what) -> this.http.malformed(endpoint, status, without(token, body), what));
		}
		catch (IllegalArgumentException ex) {
			throw this.http.malformed(endpoint, status, without(token, body), "it is not a JSON object");
		}
	}

	/**
	 * The log quotes a malformed answer, and the answer may repeat the token that was
	 * sent.
	 */
	private static byte[] without(OAuth2AccessToken token, byte[] body) {
		return new String(body, StandardCharsets.UTF_8).replace(token.getTokenValue(), "***")
			.getBytes(StandardCharsets.UTF_8);
	}

}
