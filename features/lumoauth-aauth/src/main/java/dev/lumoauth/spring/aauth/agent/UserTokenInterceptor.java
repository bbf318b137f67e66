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

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.Origin;

/**
 * Adds a user's token to requests. See {@link AAuthUserTokens#interceptor}.
 */
record UserTokenInterceptor(AAuthUserTokens tokens, String target,
		Origin origin) implements ClientHttpRequestInterceptor {

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!this.origin.isOf(request.getURI())) {
			throw new IllegalStateException("The request leads to another server than that of lumoauth.aauth.targets."
					+ this.target + ", and is not sent: use a separate client for each server");
		}
		OAuth2AccessToken token = this.tokens.get(this.target);
		ClientHttpResponse response = execution.execute(new AuthorizedRequest(request, token), body);
		if (!response.getStatusCode().isSameCodeAs(HttpStatus.UNAUTHORIZED)
				|| !this.tokens.discard(this.target, token)) {
			return response;
		}
		response.close();
		return execution.execute(new AuthorizedRequest(request, this.tokens.get(this.target)), body);
	}

	/**
	 * The request with a token, on a copy of the headers: it may be sent a second time.
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
