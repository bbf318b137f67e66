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

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.UserToken;

/**
 * A protocol for the tokens of servers that don't use the token exchange (RFC 8693). Its
 * tokens are kept, renewed, observed and forgotten like all others. The core has no
 * implementation: a feature provides one.
 *
 * @since 0.1.0
 */
public interface TokenProtocol {

	/**
	 * Return the protocol's name in metrics.
	 * @return the name, as a grant
	 */
	AuthorizationGrantType grant();

	/**
	 * Return whether a server uses this protocol. The answer has to be the same each
	 * time. The method neither waits nor sends a request.
	 * @param target the server and what is requested
	 * @return whether the server uses it
	 */
	boolean isFor(TokenTarget target);

	/**
	 * Return the thumbprint of the key to which the tokens are bound now: tokens that are
	 * bound to another key are not used any more.
	 * @return the thumbprint (RFC 7638), which is not a secret; {@code null} = the tokens
	 * are not bound
	 */
	@Nullable String keyThumbprint();

	/**
	 * Get a token. Called by one thread at a time for each target and user.
	 * @param target a server for which {@link #isFor} holds
	 * @param user the user on whose behalf the agent acts; {@code null} = it acts for
	 * itself
	 * @return the token, with an expiry
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the token is refused
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there was no answer
	 */
	OAuth2AccessToken get(TokenTarget target, @Nullable UserToken user);

}
