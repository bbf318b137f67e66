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

package dev.lumoauth.spring.budget.shared.redis;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.BudgetStoreException;
import dev.lumoauth.spring.budget.shared.SharedCount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Keeps shared budgets in Redis or Valkey, by one script that does all of an exchange.
 * <table>
 * <caption>Keys and commands</caption>
 * <tr>
 * <th>key</th>
 * <td>{@code lumoauth:budget:{<tenant>:<agent>}:<limit>:<since>}, a hash, tenant and
 * agent URL-encoded, such as
 * {@code lumoauth:budget:{https%3A%2F%2Fapp.lumoauth.dev%2Ft%2Facme%2Fapi%2Fv1:agt_1}:max_tokens_per_day:2026-03-31T00:00:00Z};
 * at the start, {@code lumoauth:budget:{check}:…}</td>
 * </tr>
 * <tr>
 * <th>fields</th>
 * <td>{@code used}, and one of about 70 bytes for each process</td>
 * </tr>
 * <tr>
 * <th>commands</th>
 * <td>{@code EVALSHA}, {@code EVAL}; in the script {@code TIME}, {@code HGETALL},
 * {@code HSET}, {@code HDEL}, {@code PEXPIREAT}</td>
 * </tr>
 * <tr>
 * <th>time to live</th>
 * <td>one hour after the end of the period</td>
 * </tr>
 * </table>
 *
 * @since 0.1.0
 */
public final class RedisBudgetEngine implements BudgetEngine {

	private static final String PREFIX = "lumoauth:budget:";

	@SuppressWarnings("rawtypes")
	private static final RedisScript<List> EXCHANGE = RedisScript
		.of(new ClassPathResource("exchange.lua", RedisBudgetEngine.class), List.class);

	private static final Log logger = LogFactory.getLog(RedisBudgetEngine.class);

	private final StringRedisTemplate redis;

	/**
	 * Create the engine.
	 * @param connectionFactory the way to Redis
	 */
	public RedisBudgetEngine(RedisConnectionFactory connectionFactory) {
		this.redis = new StringRedisTemplate(connectionFactory);
	}

	@Override
	public Answer exchange(Ask ask) {
		Key key = ask.key();
		String id = PREFIX + "{" + encode(key.tenant()) + ":" + encode(key.agent()) + "}:" + encode(key.limit()) + ":"
				+ key.since();
		return exchange(id, ask);
	}

	private Answer exchange(String id, Ask ask) {
		Object[] arguments = Stream
			.of(ask.used(), ask.told(), ask.reserved(), ask.spare(), ask.needed(), ask.wanted(),
					(ask.limit() != null) ? Math.max(0, ask.limit()) : -1, ask.ahead(), ask.atLeast(),
					ask.leaving() ? 1 : 0, ask.key().since().toEpochMilli(), ask.key().until().toEpochMilli(),
					SharedCount.LIFE, SharedCount.FORGOTTEN, SharedCount.PORTIONS)
			.map(String::valueOf)
			.toArray();
		Object[] all = Stream.concat(Stream.of(ask.replica()), Stream.of(arguments)).toArray();
		List<?> answer;
		try {
			answer = this.redis.execute(EXCHANGE, List.of(id), all);
		}
		catch (RuntimeException ex) {
			throw new BudgetStoreException(words(ex), ex);
		}
		if (answer == null || answer.size() != 7) {
			throw new BudgetStoreException("Redis answers as if there were no script", null);
		}
		return new Answer(number(answer, 0) == 1, number(answer, 1), number(answer, 2), number(answer, 3),
				number(answer, 4), Math.toIntExact(number(answer, 5)), number(answer, 6));
	}

	/**
	 * Does all that an exchange does, on a key of its own.
	 */
	@Override
	public void check() {
		try {
			long now = checked(0).now();
			checked(now);
		}
		catch (BudgetStoreException ex) {
			if (ex.getCause() == null || !isRefusal(ex.getCause())) {
				logger.debug("Redis does not answer yet", ex);
				return;
			}
			throw new LumoAuthSetupException("lumoauth.budget.store=redis can't be used: " + ex.getMessage() + ".",
					"Correct the Redis at spring.data.redis.*, or leave lumoauth.budget.store out.", ex);
		}
	}

	private Answer checked(long now) {
		Key key = new Key("", "", "check", Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 60_000));
		return exchange(PREFIX + "{check}:" + now / 3_600_000,
				new Ask(key, "check", 0, 0, 0, 0, 0, 0, null, 0, 0, true));
	}

	/**
	 * Redis has answered, but not with what was asked.
	 */
	private static boolean isRefusal(Throwable failure) {
		String said = said(failure);
		return Stream
			.of("unknown command", "noperm", "permission", "can't run this command", "readonly", "wrongtype", "noauth",
					"wrongpass", "lumoauth ")
			.anyMatch(said::contains);
	}

	private static String said(Throwable failure) {
		return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()).toLowerCase(Locale.ROOT);
	}

	private static String words(RuntimeException failure) {
		String said = said(failure);
		if (Stream.of("unknown command", "noperm", "permission", "can't run this command").anyMatch(said::contains)) {
			return "Redis does not run the script (%s): allow EVAL, EVALSHA, TIME, HGETALL, HSET, HDEL and PEXPIREAT on the "
				.formatted(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()) + "keys lumoauth:budget:*";
		}
		if (said.contains("readonly")) {
			return "This Redis is a read-only replica: point spring.data.redis.* to the primary";
		}
		if (said.contains("wrongtype") || said.contains("lumoauth not a count")) {
			return "A key lumoauth:budget:* has something else than a budget: delete the key, or give the application "
					+ "a database of its own (spring.data.redis.database)";
		}
		if (failure instanceof RedisSystemException) {
			return "Redis refuses (%s)".formatted(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		}
		return "Redis does not answer (" + failure.getClass().getSimpleName() + ")";
	}

	@Override
	public String name() {
		return "redis";
	}

	private static long number(List<?> answer, int index) {
		return Long.parseLong(String.valueOf(answer.get(index)));
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
