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

package dev.lumoauth.spring.aauth.resource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.StringRedisTemplate;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.signature.NonceStore;

/**
 * Remembers signatures in Redis, for all replicas of a service: one key each, under
 * {@code lumoauth:aauth:nonce:} and a hash, set only if it is not there
 * ({@code SET NX PX}). Without an answer of Redis no request is accepted. Redis must not
 * evict keys before they expire ({@code maxmemory-policy noeviction}).
 *
 * @since 0.1.0
 */
public final class RedisNonceStore implements NonceStore {

	static final String PREFIX = "lumoauth:aauth:nonce:";

	/** The maximum difference between the clocks of two replicas. */
	static final Duration SKEW = Duration.ofMinutes(1);

	private final StringRedisTemplate redis;

	private final Clock clock;

	/**
	 * Create the store.
	 * @param redis the connection to Redis, with a timeout
	 * ({@code spring.data.redis.timeout})
	 * @param clock the clock
	 */
	public RedisNonceStore(StringRedisTemplate redis, Clock clock) {
		this.redis = redis;
		this.clock = clock;
	}

	@Override
	public boolean add(String id, Instant until) {
		Duration life = Duration.between(this.clock.instant(), until).plus(SKEW);
		Boolean added;
		try {
			added = this.redis.opsForValue().setIfAbsent(PREFIX + InMemoryNonceStore.hash(id), "", life);
		}
		catch (RuntimeException ex) {
			throw unavailable(ex);
		}
		if (added == null) {
			throw unavailable(null);
		}
		return added;
	}

	private static LumoAuthUnavailableException unavailable(@Nullable RuntimeException cause) {
		return new LumoAuthUnavailableException(
				"Redis, which remembers the signatures of requests "
						+ "(lumoauth.aauth.resource.nonce-store=redis), does not answer: look at spring.data.redis.*",
				cause);
	}

}
