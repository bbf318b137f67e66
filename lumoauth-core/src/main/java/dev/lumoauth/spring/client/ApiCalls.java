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
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.client.ApiRequest.Kind;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenAttachment;
import dev.lumoauth.spring.token.TokenSubject;

/**
 * Calls LumoAuth's API with a token: the agent's, that of the agent acting for somebody,
 * or that of a caller of the application. A feature's requests go through here: a token
 * is attached, renewed if it is refused, and every error is one of
 * {@code dev.lumoauth.spring}'s exceptions.
 *
 * @since 0.1.0
 */
public final class ApiCalls {

	private final LumoAuthHttp http;

	private final Function<@Nullable TokenSubject, OAuth2AccessToken> tokens;

	private final Predicate<OAuth2AccessToken> discard;

	/**
	 * Create the calls of an agent.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public ApiCalls(LumoAuthHttp http, LumoAuthTokens tokens) {
		this(http, (subject) -> (subject != null) ? tokens.delegated(subject) : tokens.agentToken(), (refused) -> {
			// It may have been revoked. Another thread may have noticed before.
			tokens.discard(refused);
			return true;
		});
	}

	/**
	 * Create calls.
	 * @param http the connection to LumoAuth
	 * @param tokens returns the token for a subject
	 * @param discard notes that LumoAuth did not accept a token, and returns whether
	 * there may be another one
	 */
	ApiCalls(LumoAuthHttp http, Function<@Nullable TokenSubject, OAuth2AccessToken> tokens,
			Predicate<OAuth2AccessToken> discard) {
		this.http = http;
		this.tokens = tokens;
		this.discard = discard;
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
		OAuth2AccessToken token = this.tokens.apply(request.subject());
		try {
			return send(request, token, reader);
		}
		catch (LumoAuthAuthenticationException ex) {
			// A refused proof says nothing about the token, unless the agent's key has
			// changed since the token was issued. Then there is another token.
			boolean proof = LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(ex.getErrorCode());
			if (!proof && !this.discard.test(token)) {
				throw ex;
			}
			return sendAgain(request, token, reader, ex, proof);
		}
	}

	/**
	 * A request that was not authenticated had no effect, so any request may be sent
	 * again.
	 */
	private <T> T sendAgain(ApiRequest request, OAuth2AccessToken refused, Function<ApiAnswer, T> reader,
			LumoAuthAuthenticationException refusal, boolean proof) {
		try {
			OAuth2AccessToken token = this.tokens.apply(request.subject());
			if ((proof || request.subject() != null) && token.getTokenValue().equals(refused.getTokenValue())) {
				// The token has just replaced a refused one, or is not the reason:
				// it would be refused again.
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
			.attributes(LumoAuthHttp.answeredWith(request.kind().answers()));
		if (request.kind() != Kind.CREATION) {
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
		}).toEntity(byte[].class));
		return reader.apply(answer);
	}

	private ApiAnswer read(ApiRequest request, ResponseEntity<byte[]> response) {
		byte[] body = response.getBody();
		int status = response.getStatusCode().value();
		Function<String, LumoAuthProtocolException> malformed = (what) -> this.http.malformed(request.endpoint(),
				status, what);
		if (response.getStatusCode().isError()) {
			return ApiAnswer.refusal(malformed);
		}
		if (request.kind() == Kind.COMMAND) {
			return new ApiAnswer(Map.of(), malformed);
		}
		if (body == null) {
			throw malformed.apply("it is empty");
		}
		try {
			return new ApiAnswer(LumoAuthJson.read(body), malformed);
		}
		catch (IllegalArgumentException ex) {
			throw malformed.apply("it is not a JSON object");
		}
	}

}
