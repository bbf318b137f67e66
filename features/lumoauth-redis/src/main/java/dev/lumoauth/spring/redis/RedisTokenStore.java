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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Keeps shared tokens in Redis, each under {@code lumoauth:} and its name, with the time
 * to live that its token has, and reads no more of it than that can be long. Locks are
 * keys that are set only if they are not there ({@code SET NX PX}). A lock without an end
 * gets one.
 *
 * @since 0.1.0
 */
public final class RedisTokenStore implements SharedTokenStore {

	static final String PREFIX = "lumoauth:";

	private static final Log logger = LogFactory.getLog(RedisTokenStore.class);

	private static final String KEEPS = "noeviction";

	private static final RedisScript<Long> REMOVE_IF = RedisScript
		.of("if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0", Long.class);

	/**
	 * A lock that ends too late, or never, was not written by this store. It gets the end
	 * of a lock.
	 */
	private static final RedisScript<Long> LOCK = RedisScript.of("""
			if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
			local life = redis.call('pttl', KEYS[1])
			if life < 0 or life > tonumber(ARGV[2]) then redis.call('pexpire', KEYS[1], ARGV[2]) end
			return 0""", Long.class);

	private final RedisTemplate<String, byte[]> redis = new RedisTemplate<>();

	/**
	 * Create the store.
	 * @param connectionFactory the way to Redis
	 */
	public RedisTokenStore(RedisConnectionFactory connectionFactory) {
		this.redis.setConnectionFactory(connectionFactory);
		this.redis.setKeySerializer(RedisSerializer.string());
		this.redis.setValueSerializer(RedisSerializer.byteArray());
		this.redis.afterPropertiesSet();
	}

	@Override
	public byte @Nullable [] find(String name) {
		byte[] value = this.redis.execute(
				(RedisCallback<byte[]>) (redis) -> redis.stringCommands().getRange(bytes(PREFIX + name), 0, MAX_BYTES));
		return (value != null && value.length > 0) ? value : null;
	}

	@Override
	public void save(String name, byte[] value, Duration life) {
		this.redis.opsForValue().set(PREFIX + name, value, life);
	}

	@Override
	public void remove(String name, byte[] value) {
		this.redis.execute(REMOVE_IF, List.of(PREFIX + name), value);
	}

	@Override
	public boolean lock(String name, String holder, Duration life) {
		return Long.valueOf(1)
			.equals(this.redis.execute(LOCK, List.of(PREFIX + name), bytes(holder),
					bytes(String.valueOf(life.toMillis()))));
	}

	@Override
	public void unlock(String name, String holder) {
		remove(name, bytes(holder));
	}

	/**
	 * Say so if Redis may drop a key before its end, of a Redis that lets its user ask.
	 */
	void warnOfEviction() {
		@Nullable Properties memory;
		try {
			memory = this.redis.execute((RedisCallback<Properties>) (redis) -> redis.serverCommands().info("memory"));
		}
		catch (DataAccessException ex) {
			logger.debug("Redis does not say whether it drops keys", ex);
			return;
		}
		String policy = (memory != null) ? memory.getProperty("maxmemory_policy", KEEPS) : KEEPS;
		if (!policy.equals(KEEPS)) {
			logger.warn("Redis drops keys when it is full (maxmemory-policy=" + policy + "), and with the mark of a "
					+ "revocation that it drops, revoked tokens count again for replicas that start later. Set "
					+ "maxmemory-policy=" + KEEPS + ".");
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
