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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.http.Pause;
import dev.lumoauth.spring.http.RequestLimits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisRequestLimits}: two replicas that share a real Redis.
 */
class RedisRequestLimitsTests {

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private static final String GROUP = "api Bearer token-MARKER";

	private static RedisServer server;

	private static LettuceConnectionFactory connections;

	private final StringRedisTemplate redis = new StringRedisTemplate(connections);

	private final StoredTokens first = tokens(StoredTokens.MAX_TIMEOUT);

	private final StoredTokens second = tokens(StoredTokens.MAX_TIMEOUT);

	private final RequestLimits one = new RedisSharing(this.first, connections).requestLimits();

	private final RequestLimits other = new RedisSharing(this.second, connections).requestLimits();

	@BeforeAll
	static void startRedis(@TempDir Path directory) throws Exception {
		server = RedisServer.start(directory);
		connections = new LettuceConnectionFactory("127.0.0.1", server.port());
		connections.afterPropertiesSet();
		connections.start();
	}

	@AfterAll
	static void stopRedis() {
		if (server != null) {
			connections.destroy();
			server.close();
		}
	}

	@BeforeEach
	void empty() {
		connections.getConnection().serverCommands().flushAll();
	}

	@AfterEach
	void close() {
		this.first.close();
		this.second.close();
	}

	private static StoredTokens tokens(Duration timeout) {
		return new StoredTokens(new RedisTokenStore(connections), KEY, timeout, Clock.systemUTC(), Pause.sleeping());
	}

	private static String key(String what) {
		return "lumoauth:{" + new TokenSeal(KEY).name(GROUP, "requests", "") + "}:" + what;
	}

	@Test
	void replicasTogetherSendNoMoreThanOneMay() {
		for (int i = 0; i < 15; i++) {
			assertThat(this.one.take(GROUP, 30)).isZero();
			assertThat(this.other.take(GROUP, 30)).isZero();
		}
		assertThat(this.one.take(GROUP, 30)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
		assertThat(this.other.take(GROUP, 30)).isPositive();
		assertThat(this.one.take("api Bearer another", 30)).as("another token").isZero();
		assertThat(this.one.take(GROUP, 31)).as("LumoAuth allows more").isZero();
		assertThat(this.redis.keys("*")).allSatisfy((name) -> assertThat(name).doesNotContain("MARKER"));
		assertThat(this.redis.opsForList().size(key("sent"))).isEqualTo(31);
		assertThat(this.redis.getExpire(key("sent"))).isBetween(1L, 60L);
	}

	@Test
	void aRequestCountsForAMinute() {
		long now = now();
		IntStream.range(0, 30).forEach((each) -> at(now - 60_000 - each));
		assertThat(this.one.take(GROUP, 30)).isZero();
		this.redis.delete(key("sent"));
		at(now - 5_000);
		IntStream.range(0, 29).forEach((each) -> at(now - 1_000));
		assertThat(this.one.take(GROUP, 30)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(55));
		assertThat(this.one.take(GROUP, 10)).as("LumoAuth allows less").isPositive();
	}

	@Test
	void whatIsNoTimeOrOneToComeDoesNotCount() {
		this.redis.opsForList().rightPush(key("sent"), "of nobody");
		at(now() + 3_600_000);
		assertThat(this.one.take(GROUP, 1)).isZero();
		assertThat(this.one.take(GROUP, 1)).isPositive();
		this.redis.opsForHash().put(key("polls"), "slow", "9".repeat(13));
		this.redis.opsForHash().put(key("polls"), "polled", "9".repeat(13));
		assertThat(this.one.untilPoll(GROUP, 100)).isZero();
	}

	@Test
	void aKeyOfAnotherTypeIsReplaced() {
		this.redis.opsForValue().set(key("sent"), "a text");
		this.redis.opsForValue().set(key("polls"), "a text");
		assertThat(this.one.take(GROUP, 1)).isZero();
		assertThat(this.other.take(GROUP, 1)).isPositive();
		assertThat(this.one.untilPoll(GROUP, 100)).isZero();
		assertThat(this.other.untilPoll(GROUP, 100)).isPositive();
	}

	@Test
	void pollsOfAllReplicasUseAPartOfWhatIsLeft() {
		assertThat(this.one.untilPoll(GROUP, 100)).isZero();
		assertThat(this.other.untilPoll(GROUP, 100)).isBetween(Duration.ofMillis(1), Duration.ofMillis(1_200));
		IntStream.range(0, 98).forEach((each) -> this.one.take(GROUP, 100));
		assertThat(this.other.untilPoll(GROUP, 100)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
		assertThat(this.one.take(GROUP, 100)).as("the rest is for the others").isZero();
		this.one.take(GROUP, 100);
		assertThat(this.one.untilPoll(GROUP, 100)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
	}

	@Test
	void aRefusalSlowsThePollsOfAllDown() {
		this.one.slowDown(GROUP, Duration.ofSeconds(50));
		this.one.slowDown(GROUP, Duration.ofSeconds(5));
		assertThat(this.other.untilPoll(GROUP, 100)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(50));
		assertThat(this.other.take(GROUP, 100)).isZero();
	}

	@Test
	void withoutRedisEachReplicaCountsAlone() {
		RequestLimits alone = new RedisSharing(tokens(Duration.ofSeconds(1)), connections).requestLimits();
		server.hang();
		try {
			for (int i = 0; i < 40; i++) {
				assertThat(alone.take(GROUP, 30)).isZero();
			}
			assertThat(alone.untilPoll(GROUP, 30)).isZero();
		}
		finally {
			server.goOn();
		}
	}

	@Test
	void saysHowManyReplicasThereAre() {
		RedisSharing third = new RedisSharing(tokens(StoredTokens.MAX_TIMEOUT), connections);
		this.one.take(GROUP, 30);
		this.other.take(GROUP, 30);
		third.requestLimits().take(GROUP, 30);
		Awaitility.await().until(() -> List.of(3L, 2L, 1L).contains(third.replicas()));
		Awaitility.await()
			.until(() -> this.redis.keys("lumoauth:*:replicas")
				.stream()
				.anyMatch((name) -> this.redis.opsForZSet().zCard(name) == 3));
		assertThat(third.describe()).containsKeys("by", "since", "replicas", "tokens", "decisions", "requests");
	}

	private static long now() {
		return connections.getConnection().serverCommands().time();
	}

	private void at(long time) {
		this.redis.opsForList().rightPush(key("sent"), String.valueOf(time));
	}

}
