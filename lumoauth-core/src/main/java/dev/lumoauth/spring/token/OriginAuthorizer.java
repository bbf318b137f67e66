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

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Requests with {@link OriginTokens}. A model whose tool made the request may read the
 * exceptions, so they name no address.
 */
final class OriginAuthorizer implements RequestAuthorizer {

	private final OriginTokens tokens;

	OriginAuthorizer(OriginTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public @Nullable RequestAuthorization authorization(URI uri, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Sender> sender) {
		if (this.tokens.origins().stream().noneMatch((origin) -> origin.isOf(uri))) {
			throw new IllegalStateException("The request leads to another server than those of " + this.tokens.label()
					+ ", and is not sent: use a separate client for each server");
		}
		boolean callersOwn = headers.containsHeader(HttpHeaders.AUTHORIZATION);
		return callersOwn ? null : new Authorization(this.tokens, sender.get());
	}

	private record Authorization(OriginTokens tokens, Sender sender) implements RequestAuthorization {

		private static final TokenAttachment BEARER = new TokenAttachment(null);

		@Override
		public OAuth2AccessToken token() {
			return this.tokens.token(this.sender.user(), this.sender.caller());
		}

		@Override
		public @Nullable OAuth2AccessToken cachedToken() {
			return this.tokens.cached();
		}

		@Override
		public boolean isRejected(OAuth2AccessToken token, HttpStatusCode status,
				Function<String, List<String>> headers) {
			return status.isSameCodeAs(HttpStatus.UNAUTHORIZED) && this.tokens.discard(token);
		}

		@Override
		public void noteAccepted(OAuth2AccessToken token, HttpStatusCode status) {
			// The successor of a rejected token is kept for a while in any case.
		}

		@Override
		public TokenAttachment attachment() {
			return BEARER;
		}

	}

}
