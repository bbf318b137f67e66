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

/**
 * The token of one request, and what the answer says about the token.
 */
interface RequestAuthorization {

	/**
	 * Return a token: that of the call, or one from memory or fetched.
	 */
	OAuth2AccessToken token();

	/**
	 * Return a token that is at hand, without waiting.
	 */
	@Nullable OAuth2AccessToken cachedToken();

	/**
	 * Note what the answer says about the token. One that was rejected is forgotten, so
	 * that {@link #token()} gives another, if there is to be another. There is none in
	 * place of the token of a call.
	 * @param token the token that was sent
	 * @param status the answer
	 * @param headers gives the values of its headers
	 * @return whether the token was rejected, and another may be worth a try
	 */
	boolean isRejected(OAuth2AccessToken token, HttpStatusCode status, Function<String, List<String>> headers);

	/**
	 * Note what the answer to the second attempt says about the token. It is kept: a
	 * third attempt is another request's.
	 */
	void noteAccepted(OAuth2AccessToken token, HttpStatusCode status);

	/**
	 * Return what attaches the token to the request.
	 */
	TokenAttachment attachment();

	/**
	 * Return whether anybody asks for permissions that are missing.
	 */
	boolean isEscalating();

	/**
	 * Return the permission that an answer says is missing.
	 * @param status the answer
	 * @param headers gives the values of its headers
	 * @return the permission; {@code null} if there is nothing to ask for
	 */
	@Nullable MissingPermission missing(HttpStatusCode status, Function<String, List<String>> headers);

	/**
	 * Ask for a permission.
	 */
	CompletableFuture<Optional<Escalation.Grant>> escalate(MissingPermission missing);

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
