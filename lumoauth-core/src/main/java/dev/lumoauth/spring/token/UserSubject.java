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
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.user.UserToken;

/**
 * A user who is known only by the token.
 */
final class UserSubject extends TokenSubject {

	private final UserToken user;

	UserSubject(UserToken user) {
		this.user = user;
	}

	UserToken user() {
		return this.user;
	}

	@Override
	String key() {
		return this.user.key();
	}

	@Override
	boolean isKnownToAll() {
		return true;
	}

	@Override
	Set<String> names() {
		return this.user.names();
	}

	@Override
	int actors() {
		return ActorChain.of(this.user.value()).actors().size();
	}

	@Override
	@Nullable Instant end() {
		return this.user.expiresAt();
	}

	@Override
	OAuth2Token present() {
		return new OAuth2AccessToken(TokenType.BEARER, this.user.value(), null, null);
	}

	/**
	 * There is no other token of this user, and another user's token is no replacement.
	 */
	@Override
	void discard(OAuth2Token refused) {
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return this.user.toString();
	}

}
