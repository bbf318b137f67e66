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

package dev.lumoauth.spring.vault;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * A third party's token in memory.
 *
 * @param token the token as it came
 * @param names by which names events may call its user; {@code null} = it is the agent's
 * @param askedAt when it was asked for
 */
record KeptToken(OAuth2AccessToken token, @Nullable Set<String> names, Instant askedAt) {

	/** How long a token counts if LumoAuth doesn't say when it expires. */
	private static final Duration LIFE_IF_UNKNOWN = Duration.ofMinutes(5);

	/** How long a token that has replaced a rejected one is not replaced itself. */
	static final Duration PROBATION = Duration.ofSeconds(10);

	KeptToken {
		if (names != null) {
			Set<String> all = ConcurrentHashMap.newKeySet();
			all.addAll(names);
			names = all;
		}
	}

	/**
	 * Return the token to a user who may have come with other names: an event may give
	 * any of them.
	 */
	OAuth2AccessToken usedBy(@Nullable Set<String> others) {
		if (this.names != null && others != null) {
			this.names.addAll(others);
		}
		return this.token;
	}

	Instant end() {
		Instant issued = this.token.getExpiresAt();
		return (issued != null) ? issued : this.askedAt.plus(LIFE_IF_UNKNOWN);
	}

	boolean isGood(Instant now) {
		return now.isBefore(end());
	}

	boolean has(OAuth2AccessToken other) {
		return this.token.getTokenValue().equals(other.getTokenValue());
	}

	boolean isNew(Instant now) {
		return now.isBefore(this.askedAt.plus(PROBATION));
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "KeptToken[" + end() + "]";
	}

}
