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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import dev.lumoauth.spring.http.RequestLimits;

import org.springframework.data.redis.core.script.RedisScript;

/**
 * The requests of all replicas in the last minute, by the clock of Redis. LumoAuth's
 * documents don't say when its minute begins, so no more are sent in any minute than it
 * allows in one. While Redis can't be asked, each replica counts alone.
 */
final class RedisRequestLimits implements RequestLimits {

	/** With a higher limit, there is nothing to protect. */
	private static final int MAX_LIMIT = 10_000;

	/** The times of the last requests, without those that are older than a minute. */
	private static final String COUNT = """
			local sent, polls, limit = KEYS[1], KEYS[2], tonumber(ARGV[1])
			if redis.call('type', sent).ok ~= 'list' then redis.call('del', sent) end
			local first = tonumber(redis.call('lindex', sent, 0) or '')
			while redis.call('llen', sent) > 0 and (not first or first <= now - 60000 or first > now) do
				redis.call('lpop', sent)
				first = tonumber(redis.call('lindex', sent, 0) or '')
			end
			local count = redis.call('llen', sent)
			local wait = 0
			if count >= limit then
				local freed = tonumber(redis.call('lindex', sent, count - limit)) or now
				wait = math.max(1, freed + 60000 - now)
			end
			""";

	private static final RedisScript<Long> TAKE = RedisCommands.script(COUNT + """
			if wait > 0 then return wait end
			redis.call('rpush', sent, string.format('%.0f', now))
			redis.call('pexpire', sent, 60000)
			return 0""", Long.class);

	/**
	 * As a replica alone does: a third of what the others leave, spread over the minute.
	 */
	private static final RedisScript<Long> POLL = RedisCommands.script(COUNT + """
			if redis.call('type', polls).ok ~= 'hash' then redis.call('del', polls) end
			local slow = tonumber(redis.call('hget', polls, 'slow') or '') or 0
			if slow > now and slow <= now + 60000 then wait = math.max(wait, slow - now) end
			local polled = tonumber(redis.call('hget', polls, 'polled') or '') or 0
			if count < limit and polled <= now then
				wait = math.max(wait, polled + 120000 / (limit - count) - now)
			end
			if wait > 0 then return math.ceil(wait) end
			redis.call('hset', polls, 'polled', string.format('%.0f', now))
			redis.call('pexpire', polls, 120000)
			return 0""", Long.class);

	private static final RedisScript<Long> SLOW_DOWN = RedisCommands.script("""
			local slow = tonumber(redis.call('hget', KEYS[1], 'slow') or '') or 0
			if slow < now + ARGV[1] or slow > now + 60000 then
				redis.call('hset', KEYS[1], 'slow', string.format('%.0f', now + ARGV[1]))
			end
			return redis.call('pexpire', KEYS[1], 120000)""", Long.class);

	private final RedisCommands redis;

	private final StoreAccess access;

	private final TokenSeal seal;

	private final Replicas replicas;

	/** How many requests were held back. */
	private final LongAdder held = new LongAdder();

	RedisRequestLimits(RedisCommands redis, StoreAccess access, TokenSeal seal, Replicas replicas) {
		this.redis = redis;
		this.access = access;
		this.seal = seal;
		this.replicas = replicas;
	}

	@Override
	public Duration take(String group, int limit) {
		this.replicas.used();
		Duration wait = (limit <= MAX_LIMIT) ? ask(TAKE, keys(group), limit) : Duration.ZERO;
		if (!wait.isZero()) {
			this.held.increment();
		}
		return wait;
	}

	@Override
	public Duration untilPoll(String group, int limit) {
		return (limit <= MAX_LIMIT) ? ask(POLL, keys(group), limit) : Duration.ZERO;
	}

	@Override
	public void slowDown(String group, Duration wait) {
		ask(SLOW_DOWN, keys(group).subList(1, 2), wait.toMillis());
	}

	long held() {
		return this.held.sum();
	}

	private Duration ask(RedisScript<Long> script, List<String> keys, long argument) {
		Long wait = this.access.ask((store) -> this.redis.run(script, keys, List.of(argument)), null);
		return Duration.ofMillis((wait != null) ? wait : 0);
	}

	/**
	 * With braces, so that both are on one node of a cluster.
	 */
	private List<String> keys(String group) {
		String name = RedisTokenStore.PREFIX + "{" + this.seal.name(group, "requests", "") + "}";
		return List.of(name + ":sent", name + ":polls");
	}

}
