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

package dev.lumoauth.spring.token.cache;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.TokenNames;

/**
 * A token as LumoAuth issued it.
 *
 * @param token the token
 * @param notAfter the expiry of the agents' tokens from which it was made, by the cache's
 * clock; {@code null} if it was not made from one
 * @param subjectEnd the expiry of the user's token from which it was made, which no
 * renewal changes; {@code null} if it was not made from one or the expiry is not known
 * @param requestedAt when another replica asked for it; {@code null} if this one did,
 * just now
 */
public record IssuedToken(OAuth2AccessToken token, @Nullable Instant notAfter, @Nullable Instant subjectEnd,
		@Nullable Instant requestedAt) {

	public IssuedToken(OAuth2AccessToken token, @Nullable Instant notAfter, @Nullable Instant subjectEnd) {
		this(token, notAfter, subjectEnd, null);
	}

	/**
	 * Return the same token for those who wait for it only: it is not kept.
	 */
	public IssuedToken notKept() {
		return new IssuedToken(this.token, Instant.EPOCH, this.subjectEnd, this.requestedAt);
	}

	/**
	 * Return on whose behalf the token is. LumoAuth may know a user of another issuer by
	 * other names than the user's own token says. The token that LumoAuth issued says
	 * LumoAuth's names.
	 * @param requested as in {@link TokenSource#subjectNames()}
	 */
	public @Nullable Set<String> names(@Nullable Set<String> requested) {
		if (requested == null || requested.isEmpty()) {
			return requested;
		}
		Set<String> names = new HashSet<>(TokenNames.of(this.token.getTokenValue()));
		names.remove(TokenNames.UNKNOWN_ADDRESS);
		names.addAll(requested);
		return names;
	}

}
