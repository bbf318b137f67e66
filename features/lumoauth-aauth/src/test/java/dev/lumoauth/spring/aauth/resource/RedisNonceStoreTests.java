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

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.RedisUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Signatures in a Redis that lets its user do no more than docs/kubernetes.md says.
 */
class RedisNonceStoreTests {

	private static final RedisUser USER = RedisUser.of("lumoauth-aauth");

	@Test
	void mayDoWhatIsNeededAndNothingElse(@TempDir Path directory) throws Exception {
		try (RedisServer redis = RedisServer.start(directory, USER.options().toArray(String[]::new))) {
			LettuceConnectionFactory operator = connections(redis, RedisUser.OPERATOR);
			LettuceConnectionFactory connections = connections(redis, RedisUser.NAME);
			try (RedisConnection connection = operator.getConnection()) {
				connection.serverCommands().resetConfigStats();
				RedisNonceStore nonces = new RedisNonceStore(new StringRedisTemplate(connections), Clock.systemUTC());
				assertThat(nonces.add("a", Instant.now().plusSeconds(60))).isTrue();
				assertThat(nonces.add("a", Instant.now().plusSeconds(60))).isFalse();
				try (RedisConnection own = connections.getConnection()) {
					own.serverCommands().info(); // as Spring Boot's health component does
				}
				Properties stats = connection.serverCommands().info("commandstats");
				Set<String> sent = RedisUser.sent(String.valueOf(stats));
				sent.remove("config|resetstat");
				assertThat(sent).isEqualTo(USER.commands());
			}
			finally {
				connections.destroy();
				operator.destroy();
			}
		}
	}

	private static LettuceConnectionFactory connections(RedisServer redis, String user) {
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration("127.0.0.1", redis.port());
		server.setUsername(user);
		server.setPassword(RedisUser.PASSWORD);
		LettuceConnectionFactory connections = new LettuceConnectionFactory(server);
		connections.afterPropertiesSet();
		connections.start();
		return connections;
	}

}
