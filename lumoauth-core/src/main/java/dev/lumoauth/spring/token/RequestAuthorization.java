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
import dev.lumoauth.spring.user.UserToken;

/**
 * The token of one request, and what its answer says about the token.
 *
 * @param tokens the agent's tokens
 * @param target the server
 * @param user on whose behalf the agent acts; {@code null} = it acts for itself
 * @param call the tokens of the call that sends the request
 * @param origin where the server is
 */
record RequestAuthorization(LumoAuthTokens tokens, TokenTarget target, @Nullable UserToken user, CallTokens call,
		Origin origin) {

	/**
	 * Return a token: that of the call, or one from memory or fetched.
	 */
	OAuth2AccessToken token() {
		OAuth2AccessToken ofCall = ofCall();
		return (ofCall != null) ? ofCall : this.tokens.exchangeApart(this.target, this.user);
	}

	/**
	 * Return a token that is at hand, without waiting.
	 */
	@Nullable OAuth2AccessToken cachedToken() {
		OAuth2AccessToken ofCall = ofCall();
		return (ofCall != null) ? ofCall : this.tokens.cached(this.target, this.user);
	}

	private @Nullable OAuth2AccessToken ofCall() {
		return this.call.tokenFor(this.tokens, this.target, this.user);
	}

	/**
	 * Note what the answer says about the token. One that was rejected is forgotten, so
	 * that {@link #token()} gives another, if there is to be another. There is none in
	 * place of the token of a call.
	 * @param token the token that was sent
	 * @param status the answer
	 * @param headers gives the values of its headers
	 * @return whether the token was rejected, and another may be worth a try
	 */
	boolean isRejected(OAuth2AccessToken token, HttpStatusCode status, Function<String, List<String>> headers) {
		if (!(token instanceof CachedAccessToken) || attachment().isNonceRefused(token, status.value(), headers)) {
			return false;
		}
		if (status.isSameCodeAs(HttpStatus.UNAUTHORIZED)) {
			this.tokens.discard(token);
			return true;
		}
		noteAccepted(token, status);
		return false;
	}

	/**
	 * Note what the answer to the second attempt says about the token. It is kept: a
	 * third attempt is another request's.
	 */
	void noteAccepted(OAuth2AccessToken token, HttpStatusCode status) {
		// A failure of the server's says nothing about the token.
		if (!status.isSameCodeAs(HttpStatus.UNAUTHORIZED) && !status.is5xxServerError()) {
			this.tokens.accepted(token);
		}
	}

	/**
	 * Return what attaches the token to the request.
	 */
	TokenAttachment attachment() {
		return this.tokens.attachment();
	}

	/**
	 * Return whether anybody asks for permissions that are missing.
	 */
	boolean isEscalating() {
		return this.tokens.isEscalating();
	}

	/**
	 * Return the permission that an answer says is missing.
	 * @param status the answer
	 * @param headers gives the values of its headers
	 * @return the permission; {@code null} if there is nothing to ask for
	 */
	@Nullable MissingPermission missing(HttpStatusCode status, Function<String, List<String>> headers) {
		return isEscalating() ? MissingPermissionReader.read(status.value(), headers, this.target, this.origin) : null;
	}

	/**
	 * Ask for a permission.
	 */
	CompletableFuture<Optional<Escalation.Grant>> escalate(MissingPermission missing) {
		return this.tokens.escalation().request(missing, this.user);
	}

	/**
	 * Return whether the server has taken the token of a permission.
	 */
	static boolean isTaken(HttpStatusCode status) {
		return !status.isSameCodeAs(HttpStatus.UNAUTHORIZED) && !status.isSameCodeAs(HttpStatus.FORBIDDEN);
	}

	/**
	 * Return whether a request is worth sending again: there is no use in doing so with
	 * the token that was just rejected.
	 */
	static boolean isAnother(OAuth2AccessToken token, OAuth2AccessToken rejected) {
		return !token.getTokenValue().equals(rejected.getTokenValue());
	}

}
