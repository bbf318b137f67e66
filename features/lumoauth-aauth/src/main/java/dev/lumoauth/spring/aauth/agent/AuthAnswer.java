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

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

/**
 * LumoAuth's answer to a request for an auth token: the token, or the consent that a user
 * has to give first.
 *
 * @param token the token ({@code auth+jwt}), bound to the agent's key, with an expiry;
 * {@code null} if a user has to consent. A request carries the token with the scheme
 * {@code Bearer} and is signed
 * @param refreshToken the refresh token, or {@code null} if the token can't be renewed
 * @param consent the consent to ask the user for, or {@code null} if there is a token
 * @since 0.1.0
 */
public record AuthAnswer(@Nullable OAuth2AccessToken token, @Nullable String refreshToken, @Nullable Consent consent) {

	public AuthAnswer {
		Assert.isTrue((token != null) != (consent != null), "An answer has either a token or a consent to ask for");
	}

	/**
	 * Without the tokens.
	 */
	@Override
	public String toString() {
		return "AuthAnswer[" + ((this.token != null) ? "token until " + this.token.getExpiresAt() : this.consent) + "]";
	}

}
