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

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * A third party's token in memory. In the last fifth of its lifetime, at most a minute,
 * it is still valid but has to be renewed.
 */
final class KeptToken {

	/** How long a token counts if LumoAuth doesn't say when it expires. */
	static final Duration LIFE_IF_UNKNOWN = Duration.ofMinutes(5);

	/** How long a token that has replaced a rejected one is not replaced itself. */
	static final Duration PROBATION = Duration.ofSeconds(10);

	private static final Duration MAX_STALE = Duration.ofMinutes(1);

	private final OAuth2AccessToken token;

	private final @Nullable Set<String> names;

	private final Instant receivedAt;

	private final Instant staleAt;

	private final Instant end;

	private Instant nextRenewal = Instant.MIN;

	/**
	 * Create the token.
	 * @param token the token as it came
	 * @param names by which names events may call its user; {@code null} = it is the
	 * agent's
	 * @param askedAt when it was asked for
	 */
	KeptToken(OAuth2AccessToken token, @Nullable Set<String> names, Instant askedAt) {
		this.token = token;
		this.names = names;
		this.receivedAt = askedAt;
		Instant issued = token.getExpiresAt();
		this.end = (issued != null) ? issued : askedAt.plus(LIFE_IF_UNKNOWN);
		Duration stale = Duration.between(askedAt, this.end).dividedBy(5);
		this.staleAt = this.end.minus((stale.compareTo(MAX_STALE) < 0) ? stale : MAX_STALE);
	}

	OAuth2AccessToken token() {
		return this.token;
	}

	@Nullable Set<String> names() {
		return this.names;
	}

	Instant end() {
		return this.end;
	}

	boolean isGood(Instant now) {
		return now.isBefore(this.end);
	}

	boolean has(OAuth2AccessToken other) {
		return this.token.getTokenValue().equals(other.getTokenValue());
	}

	boolean isNew(Instant now) {
		return now.isBefore(this.receivedAt.plus(PROBATION));
	}

	/**
	 * Return whether the caller is the one to renew it now.
	 */
	synchronized boolean startRenewal(Instant now) {
		if (now.isBefore(this.staleAt) || now.isBefore(this.nextRenewal)) {
			return false;
		}
		this.nextRenewal = Instant.MAX;
		return true;
	}

	synchronized void renewalFailed(Instant next) {
		this.nextRenewal = next;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "KeptToken[" + this.end + "]";
	}

}
