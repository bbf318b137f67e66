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

package dev.lumoauth.spring.token.dpop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Adds a proof to requests to LumoAuth. If an API asks for another nonce, the request is
 * sent again once (RFC 9449 section 9). If the token endpoint does (section 8), the
 * caller gets the nonce, because an assertion may be sent only once. Nothing else is sent
 * again: a nonce that comes with a refusal is for the next request.
 */
record DPoPInterceptor(DPoPProofs proofs) implements ClientHttpRequestInterceptor {

	/** Names the attribute of a request for a token that has to be bound. */
	static final String WANTED = DPoPInterceptor.class.getName() + ".WANTED";

	private static final String SCHEME = DPoPProofs.DPOP + " ";

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		String token = boundToken(request);
		AtomicReference<@Nullable String> wanted = wanted(request);
		if (token == null && wanted == null) {
			return execution.execute(request, body);
		}
		ClientHttpResponse response = proven(request, body, execution, token, (wanted != null) ? wanted.get() : null);
		String nonce = note(request, response);
		if (nonce == null || !isNonceWanted(response)) {
			return response;
		}
		if (wanted != null) {
			wanted.set(nonce);
			return response;
		}
		response.close();
		ClientHttpResponse second = proven(request, body, execution, token, nonce);
		note(request, second);
		return second;
	}

	/**
	 * Set the header on the request itself: the code that keeps secrets out of messages
	 * has to see it.
	 */
	private ClientHttpResponse proven(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			@Nullable String token, @Nullable String nonce) throws IOException {
		request.getHeaders()
			.set(DPoPProofs.DPOP, this.proofs.proof(request.getMethod().name(), request.getURI(), token, nonce));
		return execution.execute(request, body);
	}

	private @Nullable String note(HttpRequest request, ClientHttpResponse response) {
		return this.proofs.noteNonce(request.getURI(), response.getHeaders()::getOrEmpty);
	}

	@SuppressWarnings("unchecked") // no other code knows the name
	private static @Nullable AtomicReference<@Nullable String> wanted(HttpRequest request) {
		return (AtomicReference<@Nullable String>) request.getAttributes().get(WANTED);
	}

	private static @Nullable String boundToken(HttpRequest request) {
		String authorization = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		return (authorization != null && authorization.startsWith(SCHEME)) ? authorization.substring(SCHEME.length())
				: null;
	}

	/**
	 * Return whether a nonce is required. The token endpoint says so in the error of a
	 * 400, an API in the challenge of a 401.
	 */
	private static boolean isNonceWanted(ClientHttpResponse response) throws IOException {
		int status = response.getStatusCode().value();
		if (DPoPProofs.isNonceWanted(status, response.getHeaders()::getOrEmpty)) {
			return true;
		}
		if (status != 400 && status != 401) {
			return false;
		}
		try {
			return DPoPProofs.USE_NONCE.equals(LumoAuthJson.read(response.getBody().readAllBytes()).get("error"));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
