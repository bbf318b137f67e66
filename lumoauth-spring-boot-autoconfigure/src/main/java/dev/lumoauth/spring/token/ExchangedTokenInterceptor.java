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

package dev.lumoauth.spring.token;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.Origin;

/**
 * Adds the token for an audience to requests to that audience's origin. See
 * {@link LumoAuthTokens#interceptor(String)}.
 */
final class ExchangedTokenInterceptor implements ClientHttpRequestInterceptor {

	/** Names the request attribute with the audience. */
	static final String AUDIENCE = ExchangedTokenInterceptor.class.getName() + ".AUDIENCE";

	private final LumoAuthTokens tokens;

	private final Function<HttpRequest, @Nullable String> audiences;

	private final Map<String, Origin> origins = new ConcurrentHashMap<>();

	private ExchangedTokenInterceptor(LumoAuthTokens tokens, Function<HttpRequest, @Nullable String> audiences) {
		this.tokens = tokens;
		this.audiences = audiences;
	}

	static ExchangedTokenInterceptor forAudience(LumoAuthTokens tokens, String audience, @Nullable URI origin) {
		ExchangedTokenInterceptor interceptor = new ExchangedTokenInterceptor(tokens, (request) -> audience);
		if (origin != null) {
			interceptor.origins.put(audience, Origin.of(origin));
		}
		else if (isWebAddress(audience)) {
			interceptor.origins.put(audience, Origin.of(URI.create(audience)));
		}
		return interceptor;
	}

	static ExchangedTokenInterceptor forAttribute(LumoAuthTokens tokens) {
		return new ExchangedTokenInterceptor(tokens,
				(request) -> (request.getAttributes().get(AUDIENCE) instanceof String audience) ? audience : null);
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		String audience = this.audiences.apply(request);
		if (audience == null) {
			throw new IllegalStateException("The request to '" + request.getURI().getHost()
					+ "' names no audience, and none is sent without a token: "
					+ "set it with .attributes(LumoAuthTokens.audience(\"…\"))");
		}
		checkOrigin(audience, Origin.of(request.getURI()));
		if (request.getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)) {
			return execution.execute(request, body);
		}
		OAuth2AccessToken token = this.tokens.exchange(audience);
		ClientHttpResponse response = execution.execute(new AuthorizedRequest(request, token), body);
		if (!isRejected(response, token)) {
			return response;
		}
		OAuth2AccessToken other;
		try {
			this.tokens.discard(token);
			other = this.tokens.exchange(audience);
		}
		catch (RuntimeException ex) {
			response.close();
			throw ex;
		}
		if (other.getTokenValue().equals(token.getTokenValue())) {
			return response;
		}
		response.close();
		response = execution.execute(new AuthorizedRequest(request, other), body);
		isRejected(response, other);
		return response;
	}

	private boolean isRejected(ClientHttpResponse response, OAuth2AccessToken token) throws IOException {
		HttpStatusCode status = response.getStatusCode();
		boolean rejected = status.isSameCodeAs(HttpStatus.UNAUTHORIZED);
		// A failure of the server's says nothing about the token.
		if (!rejected && !status.is5xxServerError()) {
			this.tokens.accepted(token);
		}
		return rejected;
	}

	private void checkOrigin(String audience, Origin origin) {
		Origin expected = this.origins.computeIfAbsent(audience,
				(name) -> isWebAddress(name) ? Origin.of(URI.create(name)) : origin);
		if (!expected.equals(origin)) {
			throw new IllegalStateException("The token for '" + audience + "' belongs to " + expected
					+ " and is not sent to " + origin + ": use a RestClient of its own for each server, or "
					+ "LumoAuthTokens.interceptor(audience, origin)");
		}
	}

	private static boolean isWebAddress(String audience) {
		return audience.regionMatches(true, 0, "https://", 0, 8) || audience.regionMatches(true, 0, "http://", 0, 7);
	}

	/**
	 * The request with a token, on a copy of the headers: another interceptor may send
	 * the original again, and the token must not then count as the caller's own.
	 */
	private static final class AuthorizedRequest extends HttpRequestWrapper {

		private final HttpHeaders headers;

		private AuthorizedRequest(HttpRequest request, OAuth2AccessToken token) {
			super(request);
			this.headers = HttpHeaders.copyOf(request.getHeaders());
			this.headers.setBearerAuth(token.getTokenValue());
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
