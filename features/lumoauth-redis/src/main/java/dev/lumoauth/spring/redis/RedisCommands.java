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
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Runs scripts in Redis. The keys of one script are on one node of a cluster.
 */
final class RedisCommands {

	private final RedisTemplate<String, byte[]> redis = new RedisTemplate<>();

	RedisCommands(RedisConnectionFactory connectionFactory) {
		this.redis.setConnectionFactory(connectionFactory);
		this.redis.setKeySerializer(RedisSerializer.string());
		this.redis.setValueSerializer(RedisSerializer.byteArray());
		this.redis.afterPropertiesSet();
	}

	/**
	 * Return a script that begins with the time of Redis, {@code now}, in milliseconds.
	 */
	static <T> RedisScript<T> script(String text, Class<T> result) {
		return RedisScript.of("""
				local time = redis.call('time')
				local now = time[1] * 1000 + math.floor(time[2] / 1000)
				""" + text, result);
	}

	<T> @Nullable T run(RedisScript<T> script, List<String> keys, List<?> arguments) {
		return this.redis.execute(script, keys,
				arguments.stream()
					.map((argument) -> (argument instanceof byte[] bytes) ? bytes : bytes(argument))
					.toArray());
	}

	void delete(String key) {
		this.redis.delete(key);
	}

	private static byte[] bytes(Object argument) {
		return String.valueOf(argument).getBytes(StandardCharsets.UTF_8);
	}

}
