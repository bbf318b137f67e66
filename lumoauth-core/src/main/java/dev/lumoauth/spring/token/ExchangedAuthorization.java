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

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import dev.lumoauth.spring.token.cache.CachedAccessToken;
import dev.lumoauth.spring.user.UserToken;

/**
 * An exchanged token for one request.
 *
 * @param tokens the agent's tokens
 * @param target the server
 * @param user the user on whose behalf the agent acts; {@code null} = it acts for itself
 * @param call the tokens of the call that sends the request
 * @param origin the origin of the server
 */
record ExchangedAuthorization(LumoAuthTokens tokens, TokenTarget target, @Nullable UserToken user, CallTokens call,
		Origin origin) implements RequestAuthorization {

	@Override
	public OAuth2AccessToken token() {
		OAuth2AccessToken ofCall = ofCall();
		return (ofCall != null) ? ofCall : this.tokens.exchangeApart(this.target, this.user);
	}

	@Override
	public @Nullable OAuth2AccessToken cachedToken() {
		OAuth2AccessToken ofCall = ofCall();
		return (ofCall != null) ? ofCall : this.tokens.cached(this.target, this.user);
	}

	private @Nullable OAuth2AccessToken ofCall() {
		return this.call.tokenFor(this.tokens, this.target, this.user);
	}

	@Override
	public boolean isRejected(OAuth2AccessToken token, HttpStatusCode status, Function<String, List<String>> headers) {
		if (!(token instanceof CachedAccessToken) || !status.isSameCodeAs(HttpStatus.UNAUTHORIZED)
				|| attachment().isNonceRefused(token, status.value(), headers)) {
			return false;
		}
		this.tokens.discard(token);
		return true;
	}

	@Override
	public TokenAttachment attachment() {
		return this.tokens.attachment();
	}

	@Override
	public CompletableFuture<Optional<SingleUseToken>> afterRefusal(Function<String, List<String>> headers) {
		return this.tokens.refused(
				new RefusedRequest(this.tokens.withConfiguredScopes(this.target), this.origin, headers, this.user));
	}

}
