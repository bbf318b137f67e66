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

package dev.lumoauth.spring.redis.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis that answers and refuses: what a chat gets, what the log says, and that nobody
 * takes a revoked token from a store in which nobody could mark it.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusingRedisTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@TempDir
	Path directory;

	private RedisServer redis;

	private LettuceConnectionFactory operator;

	private ApplicationContextRunner replica;

	@BeforeEach
	void start() throws Exception {
		use(RedisServer.start(Files.createDirectory(this.directory.resolve("redis"))));
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("revoked", 3600)));
	}

	private void use(RedisServer redis) {
		this.redis = redis;
		this.operator = new LettuceConnectionFactory("127.0.0.1", redis.port());
		this.operator.afterPropertiesSet();
		this.operator.start();
		this.replica = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, LumoAuthAutoConfiguration.class,
					LumoAuthRedisAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=s3cret-MARKER", "lumoauth.url=" + lumoAuth.baseUrl(),
					"spring.data.redis.port=" + redis.port(), "lumoauth.token-store.type=redis",
					// Else a busy machine is the trouble, and not what Redis refuses.
					"lumoauth.token-store.timeout=10s",
					"lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=");
	}

	@AfterEach
	void stop() {
		this.operator.destroy();
		this.redis.close();
	}

	@ParameterizedTest
	@EnumSource
	void aReplicaThatStartsTakesNoTokenThatNobodyCouldMark(Trouble trouble, CapturedOutput output) {
		this.replica.run((first) -> {
			assertThat(agentToken(first)).isEqualTo("revoked");
			this.replica.run((other) -> assertThat(agentToken(other)).as("shared").isEqualTo("revoked"));
			trouble.begin(this);
			// The event, of which only this replica learns.
			first.getBean(LumoAuthTokens.class).forget(Set.of("agt_1"));
			lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("new", 3600)));
			this.replica.run((later) -> assertThat(agentToken(later)).isEqualTo("new"));
			assertThat(agentToken(first)).isEqualTo("new");
		});
		assertThat(output).contains("The shared token store (lumoauth.token-store) can't be used", trouble.words)
			.doesNotContain("MARKER");
	}

	@Test
	void isUsedAgainOnceItTakesWhatItIsTold(CapturedOutput output) throws Exception {
		Trouble.FULL.begin(this);
		this.replica.run((first) -> {
			assertThat(agentToken(first)).isEqualTo("revoked");
			first.getBean(LumoAuthTokens.class).forget(Set.of("agt_1"));
			command("CONFIG", "SET", "maxmemory", "0");
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.until(() -> new StringRedisTemplate(this.operator).keys("lumoauth:" + "[0-9a-f]".repeat(64))
					.size() == 2);
		});
		assertThat(output).containsOnlyOnce("can't be used").containsOnlyOnce("answers again");
	}

	@Test
	void saysThatTheCommandsOfScriptsAreMissing(CapturedOutput output) throws Exception {
		stop();
		use(RedisServer.start(this.directory, "--rename-command", "EVAL", "", "--rename-command", "EVALSHA", ""));
		this.replica.run((context) -> assertThat(agentToken(context)).isEqualTo("revoked"));
		assertThat(new StringRedisTemplate(this.operator).keys("*")).isEmpty();
		assertThat(output).containsOnlyOnce("can't be used").contains("Redis lacks a command: docs/kubernetes.md");
	}

	@Test
	void saysThatTheLoginIsWrong(CapturedOutput output) {
		command("CONFIG", "SET", "requirepass", "another-MARKER");
		this.replica.run((context) -> assertThat(agentToken(context)).isEqualTo("revoked"));
		assertThat(output).contains("Redis wants a password: set spring.data.redis.username");
		this.replica.withPropertyValues("spring.data.redis.password=wrong-MARKER")
			.run((context) -> assertThat(agentToken(context)).isEqualTo("revoked"));
		assertThat(output).contains("Redis refuses the login: look at spring.data.redis.username")
			.doesNotContain("MARKER");
	}

	@Test
	void saysThatMarksMayBeDropped(CapturedOutput output) {
		String words = "Redis drops keys when it is full (maxmemory-policy=allkeys-lru)";
		this.replica.run((context) -> assertThat(agentToken(context)).isEqualTo("revoked"));
		assertThat(output).doesNotContain("Redis drops keys");
		command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
		this.replica.run((context) -> {
			assertThat(agentToken(context)).isEqualTo("revoked");
			Awaitility.await().until(() -> output.getAll().contains(words));
		});
		assertThat(output).doesNotContain("can't be used");
	}

	private static String agentToken(ApplicationContext replica) {
		return replica.getBean(LumoAuthTokens.class).agentToken().getTokenValue();
	}

	private Object command(String command, String... arguments) {
		byte[][] bytes = new byte[arguments.length][];
		for (int i = 0; i < arguments.length; i++) {
			bytes[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
		}
		try (RedisConnection connection = this.operator.getConnection()) {
			return connection.execute(command, bytes);
		}
	}

	private String info(String section) {
		try (RedisConnection connection = this.operator.getConnection()) {
			return String.valueOf(connection.serverCommands().info(section));
		}
	}

	/**
	 * What an operator may meet.
	 */
	enum Trouble {

		FULL("Redis is full: give it more memory") {

			@Override
			void begin(RefusingRedisTests test) {
				test.command("CONFIG", "SET", "maxmemory", "1");
			}

		},

		DISK("Redis can't save to its disk") {

			@Override
			void begin(RefusingRedisTests test) throws Exception {
				test.command("CONFIG", "SET", "save", "3600 1");
				Files.delete(test.directory.resolve("redis"));
				test.command("BGSAVE");
				Awaitility.await().until(() -> test.info("persistence").contains("rdb_last_bgsave_status=err"));
			}

		},

		READ_ONLY("Redis is a replica, which takes nothing") {

			@Override
			void begin(RefusingRedisTests test) {
				test.command("REPLICAOF", "127.0.0.1", "1");
			}

		},

		FEW_REPLICAS("Redis has too few replicas") {

			@Override
			void begin(RefusingRedisTests test) {
				test.command("CONFIG", "SET", "min-replicas-to-write", "1");
			}

		},

		NOT_PERMITTED("Redis forbids a command or a key to spring.data.redis.username") {

			@Override
			void begin(RefusingRedisTests test) {
				test.command("ACL", "SETUSER", "default", "-set");
			}

		},

		OTHER_KEYS("Redis forbids a command or a key to spring.data.redis.username") {

			@Override
			void begin(RefusingRedisTests test) {
				test.command("ACL", "SETUSER", "default", "resetkeys", "%R~*", "%W~other:*");
			}

		};

		private final String words;

		Trouble(String words) {
			this.words = words;
		}

		abstract void begin(RefusingRedisTests test) throws Exception;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
