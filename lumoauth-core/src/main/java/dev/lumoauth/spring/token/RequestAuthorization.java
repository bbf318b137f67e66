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

import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;

/**
 * The token of one request, and what the answer says about the token.
 *
 * @since 0.1.0
 */
public interface RequestAuthorization {

	/**
	 * Return a token: the token of the call, or a token from memory, or a new one. May
	 * wait.
	 * @return a token that has not expired
	 */
	OAuth2AccessToken token();

	/**
	 * Return a token from memory, without waiting.
	 * @return a token that has not expired, or {@code null}
	 */
	@Nullable OAuth2AccessToken cachedToken();

	/**
	 * Note whether the token was rejected. A rejected token is forgotten, so that
	 * {@link #token()} returns another one if it may be replaced. The token of a call is
	 * never replaced.
	 * @param token the token that was sent
	 * @param status the answer
	 * @param headers gives the values of its headers
	 * @return whether the token was rejected, and another may be worth a try
	 */
	boolean isRejected(OAuth2AccessToken token, HttpStatusCode status, Function<String, List<String>> headers);

	/**
	 * Return the object that attaches the token to the request.
	 * @return the attachment
	 */
	TokenAttachment attachment();

	/**
	 * Offer the refused request to somebody who may have another token for it.
	 * @param headers gives the values of the headers of the answer, which is a 403
	 * @return a future with the token, or without one
	 */
	default CompletableFuture<Optional<SingleUseToken>> afterRefusal(Function<String, List<String>> headers) {
		return CompletableFuture.completedFuture(Optional.empty());
	}

	/**
	 * Return whether the server has accepted a token.
	 */
	static boolean isTaken(HttpStatusCode status) {
		return !status.isSameCodeAs(HttpStatus.UNAUTHORIZED) && !status.isSameCodeAs(HttpStatus.FORBIDDEN);
	}

	/**
	 * Return whether a token is another one than the rejected token, so that sending the
	 * request again is worthwhile.
	 */
	static boolean isAnother(OAuth2AccessToken token, OAuth2AccessToken rejected) {
		return !token.getTokenValue().equals(rejected.getTokenValue());
	}

}
