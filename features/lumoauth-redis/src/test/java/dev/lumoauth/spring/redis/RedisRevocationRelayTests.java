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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That what comes to one replica reaches the others by a real Redis, and that nobody else
 * can say anything there.
 */
class RedisRevocationRelayTests {

	private static final Revocation ANNA = new Revocation(Revocation.Effect.TOKENS, Set.of("anna"));

	@TempDir
	Path directory;

	private RedisServer server;

	private LettuceConnectionFactory redis;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final List<RedisRevocationRelay> relays = new ArrayList<>();

	@BeforeEach
	void start() throws IOException {
		this.server = RedisServer.start(this.directory);
		this.redis = new LettuceConnectionFactory("127.0.0.1", this.server.port());
		this.redis.afterPropertiesSet();
		this.redis.start();
	}

	@AfterEach
	void stop() throws Exception {
		for (RedisRevocationRelay relay : this.relays) {
			relay.close();
		}
		this.redis.destroy();
		this.executor.shutdownNow();
		this.server.close();
	}

	private RedisRevocationRelay replica(BlockingQueue<Revocation> told, String secret) {
		RedisRevocationRelay relay = new RedisRevocationRelay(new OnceEach(told), this.redis,
				secret.getBytes(StandardCharsets.UTF_8), this.executor, later(), Clock.systemUTC());
		relay.start();
		this.relays.add(relay);
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(relay::isListening);
		return relay;
	}

	private Executor later() {
		return CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS, this.executor);
	}

	@Test
	void anEventThatReachesOneReplicaReachesAll() throws Exception {
		BlockingQueue<Revocation> second = new LinkedBlockingQueue<>();
		BlockingQueue<Revocation> third = new LinkedBlockingQueue<>();
		RedisRevocationRelay first = replica(new LinkedBlockingQueue<>(), "secret");
		replica(second, "secret");
		replica(third, "secret");
		first.publish("ssf 1", Duration.ofMinutes(6), List.of(ANNA));
		assertThat(second.poll(30, TimeUnit.SECONDS)).isEqualTo(ANNA);
		assertThat(third.poll(30, TimeUnit.SECONDS)).isEqualTo(ANNA);
		first.publish("ssf 1", Duration.ofMinutes(6), List.of(ANNA));
		first.publish("ssf 2", Duration.ofMinutes(6), List.of(Revocation.ofEveryone(Revocation.Effect.DISABLED)));
		assertThat(second.poll(30, TimeUnit.SECONDS)).as("one id is taken once")
			.isEqualTo(Revocation.ofEveryone(Revocation.Effect.DISABLED));
	}

	@Test
	void anEventWithTooManyNamesReachesTheOthersAsOneAboutEveryone() throws Exception {
		BlockingQueue<Revocation> second = new LinkedBlockingQueue<>();
		RedisRevocationRelay first = replica(new LinkedBlockingQueue<>(), "secret");
		replica(second, "secret");
		Set<String> names = Set.of("a".repeat(RelayMessage.MAX_BYTES));
		first.publish("ssf 1", Duration.ofMinutes(6), List.of(new Revocation(Revocation.Effect.TOKENS, names)));
		assertThat(second.poll(30, TimeUnit.SECONDS)).isEqualTo(Revocation.ofEveryone(Revocation.Effect.TOKENS));
	}

	@Test
	void anEventThatRedisDoesNotTakeReachesTheOthersWhenItDoes() throws Exception {
		BlockingQueue<Revocation> second = new LinkedBlockingQueue<>();
		LettuceConnectionFactory hasty = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", this.server.port()),
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(1)).build());
		hasty.afterPropertiesSet();
		hasty.start();
		RedisRevocationRelay first = new RedisRevocationRelay(new OnceEach(new LinkedBlockingQueue<>()), hasty,
				"secret".getBytes(StandardCharsets.UTF_8), this.executor, later(), Clock.systemUTC());
		replica(second, "secret");
		this.server.close();
		first.publish("ssf 1", Duration.ofMinutes(6), List.of(ANNA));
		this.server.startAgain();
		assertThat(second.poll(60, TimeUnit.SECONDS)).isEqualTo(ANNA);
		first.close();
		hasty.destroy();
	}

	@Test
	void listensAsSoonAsThereIsRedis() throws Exception {
		BlockingQueue<Runnable> retries = new LinkedBlockingQueue<>();
		RedisRevocationRelay relay = new RedisRevocationRelay(new OnceEach(new LinkedBlockingQueue<>()), this.redis,
				"secret".getBytes(StandardCharsets.UTF_8), this.executor, retries::add, Clock.systemUTC());
		this.relays.add(relay);
		this.server.close();
		relay.start();
		Runnable retry = retries.poll(1, TimeUnit.MINUTES);
		assertThat(retry).isNotNull();
		assertThat(relay.isListening()).isFalse();
		this.server.startAgain();
		retry.run();
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(relay::isListening);
	}

	@Test
	void listensAgainAfterTheApplicationWasStoppedAndStarted() throws Exception {
		BlockingQueue<Revocation> told = new LinkedBlockingQueue<>();
		RedisRevocationRelay other = replica(new LinkedBlockingQueue<>(), "secret");
		try (GenericApplicationContext application = new GenericApplicationContext()) {
			application.registerBean(LettuceConnectionFactory.class,
					() -> new LettuceConnectionFactory("127.0.0.1", this.server.port()));
			application.registerBean(RedisRevocationRelay.class,
					() -> new RedisRevocationRelay(new OnceEach(told),
							application.getBean(LettuceConnectionFactory.class),
							"secret".getBytes(StandardCharsets.UTF_8), this.executor, later(), Clock.systemUTC()));
			application.refresh();
			RedisRevocationRelay relay = application.getBean(RedisRevocationRelay.class);
			assertThat(relay.getPhase()).isGreaterThan(application.getBean(LettuceConnectionFactory.class).getPhase());
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(relay::isListening);
			application.stop();
			assertThat(relay.isListening()).isFalse();
			application.start();
			assertThat(told.poll(30, TimeUnit.SECONDS)).as("what nobody has told it meanwhile")
				.isEqualTo(Revocation.ofEveryone(Revocation.Effect.TOKENS));
			other.publish("ssf 1", Duration.ofMinutes(6), List.of(ANNA));
			assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(ANNA);
		}
	}

	@Test
	void whoHasNotTheSecretSaysNothing() throws Exception {
		BlockingQueue<Revocation> told = new LinkedBlockingQueue<>();
		RedisRevocationRelay other = replica(new LinkedBlockingQueue<>(), "another secret");
		RedisRevocationRelay first = replica(new LinkedBlockingQueue<>(), "secret");
		replica(told, "secret");
		other.publish("ssf 1", Duration.ofMinutes(6), List.of(Revocation.ofEveryone(Revocation.Effect.DISABLED)));
		BlockingQueue<Message> published = new LinkedBlockingQueue<>();
		RedisMessageListenerContainer listening = new RedisMessageListenerContainer();
		listening.setConnectionFactory(this.redis);
		listening.addMessageListener((message, pattern) -> published.add(message), new PatternTopic("lumoauth:*"));
		listening.afterPropertiesSet();
		listening.start();
		first.publish("ssf 0", Duration.ofMinutes(6), List.of(ANNA));
		Message message = published.poll(30, TimeUnit.SECONDS);
		listening.destroy();
		assertThat(message).isNotNull();
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(ANNA);
		byte[] changed = message.getBody().clone();
		changed[changed.length - 5] ^= 1;
		try (RedisConnection connection = this.redis.getConnection()) {
			for (byte[] body : List.of(new byte[0], new byte[100], new byte[300 * 1024], changed, message.getBody())) {
				connection.publish(message.getChannel(), body);
			}
		}
		first.publish("ssf 2", Duration.ofMinutes(6), List.of(ANNA));
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(ANNA);
		assertThat(told).isEmpty();
	}

	/**
	 * Applies each event once, as a source has to.
	 */
	private static final class OnceEach implements RevocationSource {

		private final Set<String> ids = ConcurrentHashMap.newKeySet();

		private final BlockingQueue<Revocation> told;

		private OnceEach(BlockingQueue<Revocation> told) {
			this.told = told;
		}

		@Override
		public void relayBy(@Nullable RevocationRelay relay) {
		}

		@Override
		public void relayed(String id, Duration life, Collection<Revocation> revocations) {
			if (this.ids.add(id)) {
				this.told.addAll(revocations);
			}
		}

		@Override
		public void missed(Revocation.Effect effect) {
			this.told.add(Revocation.ofEveryone(effect));
		}

	}

}
