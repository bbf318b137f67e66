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

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.UserToken;

/**
 * Another way to tokens for some servers than the token exchange (RFC 8693). Its tokens
 * are kept, renewed, observed and forgotten like all others. The core has none: a module
 * that speaks such a protocol brings one.
 *
 * @since 0.1.0
 */
public interface TargetTokens {

	/**
	 * Return whether the tokens of a server come this way. The same each time; neither
	 * waits nor sends anything.
	 * @param target the server and what is asked for
	 * @return whether they do
	 */
	boolean isFor(TokenTarget target);

	/**
	 * Return to which key the tokens are bound at the moment: those that are bound to
	 * another are not used any more.
	 * @return the key's thumbprint (RFC 7638), which is no secret; {@code null} = to none
	 */
	@Nullable String keyThumbprint();

	/**
	 * Get a token. Called by one thread at a time for each target and user.
	 * @param target a server for which {@link #isFor} holds
	 * @param user on whose behalf the agent acts; {@code null} = it acts for itself
	 * @return the token, with an end
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if there is none
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there was no answer
	 */
	OAuth2AccessToken get(TokenTarget target, @Nullable UserToken user);

}
