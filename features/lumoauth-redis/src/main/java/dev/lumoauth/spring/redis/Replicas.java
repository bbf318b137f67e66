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

package dev.lumoauth.spring.redis;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.script.RedisScript;

/**
 * The replicas that have used Redis in the last five minutes with the same key. A replica
 * says once a minute that it is there, if it uses Redis at all.
 */
final class Replicas implements Consumer<SharedTokenStore> {

	private static final long AGAIN = TimeUnit.MINUTES.toNanos(1);

	private static final RedisScript<Long> COUNT = RedisCommands.script("""
			redis.call('zadd', KEYS[1], now, ARGV[1])
			redis.call('zremrangebyscore', KEYS[1], '-inf', now - 300000)
			redis.call('pexpire', KEYS[1], 300000)
			return redis.call('zcard', KEYS[1])""", Long.class);

	private final String id = UUID.randomUUID().toString();

	private final AtomicLong saidAt = new AtomicLong(System.nanoTime() - AGAIN);

	private final RedisCommands redis;

	private final StoreAccess access;

	private final String key;

	private volatile @Nullable Long count;

	Replicas(RedisCommands redis, StoreAccess access, TokenSeal seal) {
		this.redis = redis;
		this.access = access;
		this.key = RedisTokenStore.PREFIX + seal.name("", "replicas", "") + ":replicas";
	}

	/**
	 * Note that this replica uses Redis. Does not wait.
	 */
	void used() {
		long now = System.nanoTime();
		long before = this.saidAt.get();
		if (now - before >= AGAIN && this.saidAt.compareAndSet(before, now)) {
			this.access.tellLater(this);
		}
	}

	/**
	 * Say so.
	 */
	@Override
	public void accept(SharedTokenStore store) {
		this.count = this.redis.run(COUNT, List.of(this.key), List.of(this.id));
	}

	/**
	 * Return how many there were a minute ago or later, or {@code null} if that is not
	 * known.
	 */
	@Nullable Long count() {
		return this.count;
	}

}
