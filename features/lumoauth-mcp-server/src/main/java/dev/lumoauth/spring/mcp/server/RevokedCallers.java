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

package dev.lumoauth.spring.mcp.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.user.TokenNames;
import org.jspecify.annotations.Nullable;

/**
 * The callers whose tokens were revoked, and when: tokens that were issued before are no
 * longer valid. This is for what depends only on the token itself.
 */
final class RevokedCallers {

	static final int MAX_NAMES = 10_000;

	/**
	 * By how much LumoAuth's clock may be ahead of this one: 30 s. A token of a caller is
	 * accepted if it was issued at most so far in the future. So each token that was
	 * accepted before a revocation counts as issued before it.
	 */
	static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

	private final Map<String, Instant> names = new ConcurrentHashMap<>();

	private final Clock clock;

	private volatile Instant everyone = Instant.MIN;

	/**
	 * Create an empty list.
	 * @param clock the clock
	 */
	RevokedCallers(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Note whose tokens were revoked. Revocations of decisions only are ignored.
	 * @param revocation what was revoked
	 */
	void add(Revocation revocation) {
		if (revocation.effect() == Revocation.Effect.DECISIONS) {
			return;
		}
		Instant before = this.clock.instant().plus(CLOCK_SKEW);
		if (revocation.subjects().isEmpty() || this.names.size() + revocation.subjects().size() > MAX_NAMES) {
			// If there are too many names, the revocation affects everyone.
			this.everyone = before;
			this.names.clear();
		}
		else {
			revocation.subjects().forEach((name) -> this.names.put(TokenNames.spelling(name), before));
			if (revocation.isOnlyByAddress()) {
				this.names.put(TokenNames.UNKNOWN_ADDRESS, before);
			}
		}
	}

	/**
	 * Return whether a caller's token was issued before a revocation. A token that does
	 * not say when it was issued counts as issued before it.
	 * @param caller the caller
	 * @return whether the token is no longer valid
	 */
	boolean contains(CallerAuthenticationToken caller) {
		if (this.names.isEmpty() && this.everyone.equals(Instant.MIN)) {
			return false;
		}
		Instant issued = caller.getToken().getIssuedAt();
		return isBefore(issued, this.everyone) || caller.names()
			.stream()
			.anyMatch((name) -> isBefore(issued, this.names.get(TokenNames.spelling(name))));
	}

	private static boolean isBefore(@Nullable Instant issued, @Nullable Instant revoked) {
		return revoked != null && !revoked.equals(Instant.MIN) && (issued == null || !issued.isAfter(revoked));
	}

}
