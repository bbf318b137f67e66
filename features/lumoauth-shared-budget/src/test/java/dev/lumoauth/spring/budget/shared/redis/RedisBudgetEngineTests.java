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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.RedisUser;
import dev.lumoauth.spring.budget.shared.BudgetEngine;
import dev.lumoauth.spring.budget.shared.BudgetStoreException;
import dev.lumoauth.spring.budget.shared.EngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Shared budgets in a real Redis.
 */
class RedisBudgetEngineTests extends EngineContract {

	private static RedisServer server;

	private static LettuceConnectionFactory connections;

	@TempDir
	private Path directory;

	@BeforeAll
	static void start(@TempDir Path directory) throws Exception {
		server = RedisServer.start(directory);
		connections = connect(server, null);
	}

	private static LettuceConnectionFactory connect(RedisServer server, String user) {
		return connect(server, user, "s3cret-MARKER");
	}

	private static LettuceConnectionFactory connect(RedisServer server, String user, String password) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", server.port());
		if (user != null) {
			configuration.setUsername(user);
			configuration.setPassword(password);
		}
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			connections.destroy();
			server.close();
		}
	}

	@Override
	protected BudgetEngine engine() {
		return new RedisBudgetEngine(connections);
	}

	@Test
	void theKeyNamesTheCountAndEnds() {
		StringRedisTemplate redis = new StringRedisTemplate(connections);
		redis.delete(redis.keys("*"));
		long now = serverTime();
		take(key("agt 1", now), "a", 0, 1, 100L);
		Set<String> keys = redis.keys("*");
		assertThat(keys).singleElement().asString().startsWith("lumoauth:budget:{tenant:agt+1}:limit:20");
		assertThat(redis.getExpire(keys.iterator().next())).isBetween(7000L, 7200L);
	}

	@ParameterizedTest
	@CsvSource({ "used,not-a-number", "used,nan", "used,inf", "used,-1", "used,0x10", "other,1 2 3" })
	void aKeyOfSomethingElseIsNoBudget(String field, String value) {
		StringRedisTemplate redis = new StringRedisTemplate(connections);
		redis.delete(redis.keys("*agt_foreign*"));
		long now = serverTime();
		take(key("agt_foreign", now), "a", 0, 1, 100L);
		String key = redis.keys("*agt_foreign*").iterator().next();
		redis.opsForHash().put(key, field, value);
		assertThatExceptionOfType(BudgetStoreException.class)
			.isThrownBy(() -> take(key("agt_foreign", now), "a", 0, 1, 100L))
			.withMessageContaining("delete the key");
		redis.delete(key);
		redis.opsForValue().set(key, "a text");
		assertThatExceptionOfType(BudgetStoreException.class)
			.isThrownBy(() -> take(key("agt_foreign", now), "a", 0, 1, 100L))
			.withMessageContaining("delete the key")
			.withMessageContaining("spring.data.redis.database");
	}

	@Test
	void aRedisWithoutScriptsIsRefused() throws Exception {
		try (RedisServer without = RedisServer.start(Files.createDirectory(this.directory.resolve("without")),
				"--rename-command", "EVAL", "", "--rename-command", "EVALSHA", "")) {
			assertRefused(without, null, "allow EVAL, EVALSHA, TIME");
		}
	}

	@Test
	void aUserWithoutPermissionIsRefusedAndOneWithExactlyTheseIsNot() throws Exception {
		String less = "on >s3cret-MARKER ~lumoauth:budget:* +evalsha +eval +time +hgetall +hset +hdel";
		Files.writeString(this.directory.resolve("users"),
				"user less %s\nuser enough %s +pexpireat\n".formatted(less, less));
		try (RedisServer strict = RedisServer.start(this.directory, "--aclfile", "users")) {
			assertRefused(strict, "less", "PEXPIREAT");
			LettuceConnectionFactory enough = connect(strict, "enough");
			BudgetEngine engine = new RedisBudgetEngine(enough);
			engine.check();
			enough.destroy();
		}
	}

	@Test
	void theUserOfTheDocumentationMayDoWhatIsNeededAndNothingElse() throws Exception {
		RedisUser user = RedisUser.of("lumoauth-shared-budget");
		try (RedisServer strict = RedisServer.start(this.directory, user.options().toArray(String[]::new))) {
			LettuceConnectionFactory own = connect(strict, RedisUser.NAME, RedisUser.PASSWORD);
			LettuceConnectionFactory operator = connect(strict, RedisUser.OPERATOR, RedisUser.PASSWORD);
			try (RedisConnection connection = operator.getConnection(); RedisConnection other = own.getConnection()) {
				connection.serverCommands().resetConfigStats();
				other.serverCommands().info(); // as Spring Boot's health component does
				new RedisBudgetEngine(own).check();
				Set<String> sent = RedisUser.sent(String.valueOf(connection.serverCommands().info("commandstats")));
				sent.remove("config|resetstat");
				sent.addAll(RedisUser.inScripts(RedisBudgetEngine.class));
				sent.addAll(Set.of("hello", "client|setinfo")); // before the figures
																// began
				assertThat(sent).isEqualTo(user.commands());
				assertThat(String.valueOf(connection.serverCommands().info("errorstats"))).doesNotContain("NOPERM");
			}
			finally {
				own.destroy();
				operator.destroy();
			}
		}
	}

	@Test
	void aReadOnlyReplicaIsRefused() throws Exception {
		try (RedisServer replica = RedisServer.start(Files.createDirectory(this.directory.resolve("replica")),
				"--replicaof", "127.0.0.1 " + server.port())) {
			assertRefused(replica, null, "read-only replica: point spring.data.redis.* to the primary");
		}
	}

	@Test
	void aRedisThatIsNotThereMayComeLater() {
		LettuceConnectionFactory nowhere = new LettuceConnectionFactory("127.0.0.1", 1);
		nowhere.afterPropertiesSet();
		nowhere.start();
		BudgetEngine engine = new RedisBudgetEngine(nowhere);
		engine.check();
		assertThatExceptionOfType(BudgetStoreException.class)
			.isThrownBy(
					() -> engine.exchange(new BudgetEngine.Ask(key("agt", 0), "a", 0, 0, 0, 0, 1, 1, 1L, 0, 0, false)))
			.withMessageContaining("Redis does not answer");
		nowhere.destroy();
	}

	private static void assertRefused(RedisServer refusing, String user, String words) {
		LettuceConnectionFactory factory = connect(refusing, user);
		try {
			assertThatExceptionOfType(LumoAuthSetupException.class)
				.isThrownBy(() -> new RedisBudgetEngine(factory).check())
				.withMessageContaining("lumoauth.budget.store=redis can't be used")
				.withMessageContaining(words)
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("MARKER"));
		}
		finally {
			factory.destroy();
		}
	}

}
