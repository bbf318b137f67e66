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

import java.time.Instant;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.user.UserToken;

/**
 * A user, known by nothing but the token.
 *
 * @param user the user's token
 */
record UserSubject(UserToken user) implements TokenSubject {

	@Override
	public String key() {
		return this.user.key();
	}

	@Override
	public void check(Instant now) {
		Instant end = this.user.expiresAt();
		if (end != null && !now.isBefore(end)) {
			throw new LumoAuthDeniedException("the user's token has expired", "invalid_grant", null);
		}
	}

	@Override
	public Presented present() {
		return new Presented(new OAuth2AccessToken(TokenType.BEARER, this.user.value(), null, null),
				this.user.expiresAt());
	}

}
