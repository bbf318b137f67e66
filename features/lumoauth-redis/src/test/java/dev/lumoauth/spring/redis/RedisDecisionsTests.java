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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.http.Pause;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisDecisions}: replicas that share a real Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisDecisionsTests {

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private static final String AGENT = "https://lumoauth.example.com/t/acme-corp agt_1";

	private static final Duration ALLOW_TTL = Duration.ofSeconds(30);

	private static final Duration DENY_TTL = Duration.ofSeconds(5);

	private static final byte[] LONG = new byte[64 * 1024];

	private static RedisServer server;

	private static LettuceConnectionFactory connections;

	private final List<StoredTokens> opened = new ArrayList<>();

	private Duration timeout = StoredTokens.MAX_TIMEOUT;

	private final ManualClock clock = new ManualClock();

	private final LumoAuth lumoAuth = new LumoAuth();

	private final StringRedisTemplate redis = new StringRedisTemplate(connections);

	@BeforeAll
	static void startRedis(@TempDir Path directory) throws Exception {
		server = RedisServer.start(directory);
		connections = connect(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
	}

	@AfterAll
	static void stopRedis() {
		if (server != null) {
			connections.destroy();
			server.close();
		}
	}

	private static LettuceConnectionFactory connect(RedisStandaloneConfiguration configuration) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(configuration);
		connections.afterPropertiesSet();
		connections.start();
		return connections;
	}

	@BeforeEach
	void empty() {
		connections.getConnection().serverCommands().flushAll();
	}

	@AfterEach
	void close() {
		this.opened.forEach(StoredTokens::close);
	}

	private RedisSharing sharing(RedisConnectionFactory connections, byte[] key) {
		StoredTokens tokens = new StoredTokens(new RedisTokenStore(connections), key, this.timeout, this.clock,
				Pause.sleeping());
		this.opened.add(tokens);
		return new RedisSharing(tokens, connections);
	}

	private CapabilityDecisions replica() {
		return replica(sharing(connections, KEY), AGENT, this.lumoAuth, this.clock, ALLOW_TTL);
	}

	private CapabilityDecisions replica(RedisSharing sharing, String identity, CapabilitySource source, Clock clock,
			Duration allowTtl) {
		return CapabilityDecisions.builder(source)
			.shared(sharing.decisions(), identity)
			.allowTtl(allowTtl)
			.denyTtl(DENY_TTL)
			.clock(clock)
			.maxWait(Duration.ofSeconds(30))
			.build();
	}

	private static Outcome decide(CapabilityDecisions replica, String capability) {
		return replica.decide(CapabilityRequirement.of(capability)).outcome();
	}

	@Test
	void oneReplicaAsksForAll() {
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.ALLOW);
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.ALLOW);
		this.lumoAuth.answers.put("write", false);
		assertThat(decide(replica(), "write")).isEqualTo(Outcome.DENY);
		assertThat(replica().decideEach(List.of("read", "write", "delete")).values())
			.extracting((decision) -> decision.outcome())
			.containsExactly(Outcome.ALLOW, Outcome.DENY, Outcome.ALLOW);
		assertThat(this.lumoAuth.asked).containsExactly("read", "write", "delete");
	}

	@Test
	void replicasThatAskTogetherAskOnce() throws Exception {
		List<Callable<Outcome>> calls = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			CapabilityDecisions replica = replica();
			calls.add(() -> decide(replica, "read"));
		}
		CountDownLatch all = new CountDownLatch(2);
		this.lumoAuth.meanwhile = () -> await(all);
		ExecutorService threads = Executors.newFixedThreadPool(calls.size());
		try {
			List<Future<Outcome>> outcomes = new ArrayList<>();
			calls.forEach((call) -> outcomes.add(threads.submit(call)));
			all.countDown();
			all.countDown();
			for (Future<Outcome> outcome : outcomes) {
				assertThat(outcome.get()).isEqualTo(Outcome.ALLOW);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.lumoAuth.asked).containsExactly("read");
	}

	@Test
	void anAllowCountsFromTheMomentOfItsRequestWhoeverTakesIt() {
		decide(replica(), "read");
		change("read", (decision) -> new SharedDecision(true, decision.askedAt() - 20_000, decision.era()));
		CapabilityDecisions second = replica();
		assertThat(decide(second, "read")).isEqualTo(Outcome.ALLOW);
		assertThat(this.lumoAuth.asked).hasSize(1);
		// It was taken from Redis a moment ago, and is 20 seconds old.
		this.clock.advance(Duration.ofSeconds(10));
		this.lumoAuth.answers.put("read", false);
		this.redis.delete(hash());
		assertThat(decide(second, "read")).isEqualTo(Outcome.DENY);
	}

	@Test
	void anAllowThatIsTooOldOrFromTheFutureIsNone() {
		decide(replica(), "read");
		this.lumoAuth.answers.put("read", false);
		change("read", (decision) -> new SharedDecision(true, decision.askedAt() - 30_000, decision.era()));
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
		change("read", (decision) -> new SharedDecision(true, decision.askedAt() + 3_600_000, decision.era()));
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
	}

	@Test
	void eachReplicasOwnLifetimeCounts() {
		RedisSharing sharing = sharing(connections, KEY);
		assertThat(decide(replica(sharing, AGENT, this.lumoAuth, this.clock, Duration.ofMinutes(5)), "read"))
			.isEqualTo(Outcome.ALLOW);
		change("read", (decision) -> new SharedDecision(true, decision.askedAt() - 40_000, decision.era()));
		this.lumoAuth.answers.put("read", false);
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
		this.lumoAuth.answers.put("write", true);
		assertThat(decide(replica(), "write")).isEqualTo(Outcome.ALLOW);
		this.lumoAuth.answers.put("write", false);
		assertThat(decide(replica(sharing, AGENT, this.lumoAuth, this.clock, Duration.ZERO), "write"))
			.isEqualTo(Outcome.DENY);
	}

	@Test
	void theClocksOfReplicasAreOfNoAccount() {
		RedisSharing sharing = sharing(connections, KEY);
		Clock ahead = Clock.offset(this.clock, Duration.ofHours(1));
		Clock behind = Clock.offset(this.clock, Duration.ofHours(-1));
		for (Clock each : List.of(ahead, behind, this.clock)) {
			assertThat(decide(replica(sharing, AGENT, this.lumoAuth, each, ALLOW_TTL), "read"))
				.isEqualTo(Outcome.ALLOW);
		}
		assertThat(this.lumoAuth.asked).hasSize(1);
	}

	@Test
	void anEventCountsForReplicasThatDidNotHearOfItAndForThoseThatStartLater() {
		CapabilityDecisions told = replica();
		CapabilityDecisions other = replica();
		decide(told, "read");
		decide(other, "write");
		byte[] read = value("read");
		byte[] write = value("write");
		this.lumoAuth.answers.putAll(Map.of("read", false, "write", false));
		told.invalidate();
		assertThat(decide(told, "read")).as("at once").isEqualTo(Outcome.DENY);
		assertThat(decide(told, "write")).isEqualTo(Outcome.DENY);
		// The denials may be there by now.
		Awaitility.await().until(() -> !Arrays.equals(value("read"), read) && !Arrays.equals(value("write"), write));
		assertThat(decide(other, "read")).isEqualTo(Outcome.DENY);
		assertThat(decide(replica(), "write")).isEqualTo(Outcome.DENY);
	}

	@Test
	void whatASlowReplicaAskedBeforeAnEventIsNotTakenAfterIt() {
		CapabilityDecisions slow = replica();
		CapabilityDecisions told = replica();
		this.lumoAuth.meanwhile = () -> {
			this.lumoAuth.meanwhile = () -> {
			};
			told.invalidate();
			awaitForgotten();
		};
		assertThat(decide(slow, "read")).as("LumoAuth said so before the event").isEqualTo(Outcome.ALLOW);
		this.lumoAuth.answers.put("read", false);
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
		assertThat(decide(told, "read")).isEqualTo(Outcome.DENY);
	}

	@Test
	void whatSomebodyPutsBackAfterAnEventIsNotTaken() {
		CapabilityDecisions told = replica();
		decide(told, "read");
		byte[] before = value("read");
		told.invalidate();
		awaitForgotten();
		decide(replica(), "write");
		put("read", before);
		this.lumoAuth.answers.put("read", false);
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsNotAnAnswerOfAReplicaIsNone(Damage damage) {
		decide(replica(), "read");
		decide(replica(), "write");
		damage.to(this);
		this.lumoAuth.answers.putAll(Map.of("read", false, "write", false));
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.DENY);
		assertThat(decide(replica(), "read")).as("shared again").isEqualTo(Outcome.DENY);
		assertThat(this.lumoAuth.asked.stream().filter("read"::equals)).hasSize(2);
	}

	@Test
	void anotherKeyAgentOrTenantHasAnswersOfItsOwn() {
		decide(replica(), "read");
		this.lumoAuth.answers.put("read", false);
		byte[] other = KEY.clone();
		other[0] = 'x';
		assertThat(decide(replica(sharing(connections, other), AGENT, this.lumoAuth, this.clock, ALLOW_TTL), "read"))
			.isEqualTo(Outcome.DENY);
		for (String identity : List.of(AGENT.replace("acme-corp", "other"), AGENT + "2")) {
			assertThat(
					decide(replica(sharing(connections, KEY), identity, this.lumoAuth, this.clock, ALLOW_TTL), "read"))
				.isEqualTo(Outcome.DENY);
		}
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.ALLOW);
	}

	@Test
	void noAnswerIsNotShared() {
		this.lumoAuth.failure = new LumoAuthUnavailableException("down", null);
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.UNAVAILABLE);
		this.lumoAuth.failure = null;
		// Nobody waits for the replica that got no answer.
		CapabilityDecisions second = CapabilityDecisions.builder(this.lumoAuth)
			.shared(sharing(connections, KEY).decisions(), AGENT)
			.allowTtl(ALLOW_TTL)
			.maxWait(Duration.ofMillis(1))
			.build();
		assertThat(decide(second, "read")).isEqualTo(Outcome.ALLOW);
	}

	@Test
	void aReplicaThatIsRefusedTakesNothingFromTheOthers() {
		CapabilityDecisions refused = replica();
		decide(replica(), "read");
		this.lumoAuth.failure = new LumoAuthAuthenticationException("disabled", (Throwable) null);
		assertThat(decide(refused, "write")).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decide(refused, "read")).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void aReplicaThatDiesWhileItAsksIsNotWaitedForLong() {
		this.redis.opsForHash().put(hash(), "era", "0".repeat(36));
		this.redis.opsForHash().put(hash(), name("read") + ":claim", String.valueOf(now() + 2_000));
		assertThat(decide(replica(), "read")).isEqualTo(Outcome.ALLOW);
		this.redis.opsForHash().put(hash(), name("write") + ":claim", "9".repeat(13));
		assertThat(decide(replica(), "write")).as("a claim that never ends is none").isEqualTo(Outcome.ALLOW);
	}

	@Test
	void waitsForNoSecondReplicaIfTheFirstHadNothingToShare() {
		this.redis.opsForHash().put(hash(), "era", "0".repeat(36));
		this.redis.opsForHash().put(hash(), name("read") + ":claim", String.valueOf(now() + 1_500));
		List<Duration> pauses = new ArrayList<>();
		StoredTokens tokens = new StoredTokens(new RedisTokenStore(connections), KEY, this.timeout, this.clock,
				(pause) -> {
					pauses.add(pause);
					this.redis.opsForHash().put(hash(), name("read") + ":claim", String.valueOf(now() + 1_900));
				});
		this.opened.add(tokens);
		assertThat(decide(replica(new RedisSharing(tokens, connections), AGENT, this.lumoAuth, this.clock, ALLOW_TTL),
				"read"))
			.isEqualTo(Outcome.ALLOW);
		assertThat(pauses).hasSize(1);
	}

	@Test
	void anOutageCostsOneWaitAndIsSaidOnce(CapturedOutput output) {
		this.timeout = Duration.ofSeconds(2);
		CapabilityDecisions replica = replica();
		decide(replica, "first");
		server.hang();
		try {
			Instant start = Instant.now();
			for (int i = 0; i < 20; i++) {
				assertThat(decide(replica, "read:" + i)).isEqualTo(Outcome.ALLOW);
			}
			assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
		}
		finally {
			server.goOn();
		}
		assertThat(output).containsOnlyOnce("can't be used");
	}

	@Test
	void anEventDuringAnOutageIsToldOnceRedisAnswers() {
		this.timeout = Duration.ofSeconds(2);
		CapabilityDecisions told = replica();
		CapabilityDecisions other = replica();
		decide(told, "read");
		this.lumoAuth.answers.put("read", false);
		server.hang();
		try {
			assertThat(decide(told, "write")).isEqualTo(Outcome.ALLOW);
			told.invalidate();
			assertThat(decide(told, "read")).isEqualTo(Outcome.DENY);
		}
		finally {
			server.goOn();
		}
		assertThat(decide(told, "read")).isEqualTo(Outcome.DENY);
		this.clock.advance(StoreAccess.LEFT_ALONE);
		told.invalidate("another"); // finds the store in reach
		awaitForgotten();
		assertThat(decide(other, "read")).isEqualTo(Outcome.DENY);
	}

	@Test
	void withoutScriptsEachReplicaAsksItself(CapturedOutput output) {
		this.redis.execute(
				(connection) -> connection.execute("ACL", bytes("SETUSER"), bytes("plain"), bytes("on"),
						bytes(">secret"), bytes("~lumoauth:*"), bytes("+@all"), bytes("-eval"), bytes("-evalsha")),
				true);
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", server.port());
		configuration.setUsername("plain");
		configuration.setPassword(RedisPassword.of("secret"));
		LettuceConnectionFactory plain = connect(configuration);
		try {
			asksItself(plain);
		}
		finally {
			plain.destroy();
		}
		assertThat(output).containsOnlyOnce("can't be used").contains("evalsha", "NOPERM");
	}

	@Test
	void withAReplicaThatOnlyReadsEachReplicaAsksItself(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		try (RedisServer readOnly = RedisServer.start(directory)) {
			LettuceConnectionFactory connections = connect(
					new RedisStandaloneConfiguration("127.0.0.1", readOnly.port()));
			try {
				connections.getConnection().execute("REPLICAOF", bytes("127.0.0.1"), bytes("1"));
				asksItself(connections);
			}
			finally {
				connections.destroy();
			}
		}
		assertThat(output).containsOnlyOnce("can't be used").contains("READONLY");
	}

	private void asksItself(RedisConnectionFactory connections) {
		RedisSharing sharing = sharing(connections, KEY);
		for (int i = 0; i < 2; i++) {
			assertThat(decide(replica(sharing, AGENT, this.lumoAuth, this.clock, ALLOW_TTL), "read"))
				.isEqualTo(Outcome.ALLOW);
		}
		assertThat(this.lumoAuth.asked).containsExactly("read", "read");
	}

	@Test
	void keepsNoMoreNamesThanAnAgentCanHave() {
		CapabilityDecisions replica = replica();
		for (int i = 0; i < 41; i++) {
			int hundreds = i * 100;
			replica.decideEach(
					IntStream.range(hundreds, hundreds + 100).mapToObj((number) -> "made-up:" + number).toList());
		}
		assertThat(this.redis.opsForHash().size(hash())).isLessThanOrEqualTo(4_101);
		assertThat(this.redis.getExpire(hash())).isPositive();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String hash() {
		return "lumoauth:" + new TokenSeal(KEY).name(AGENT, "decisions", "") + ":decisions";
	}

	private static String name(String capability) {
		return new TokenSeal(KEY).name(AGENT, "decision", capability);
	}

	private void awaitForgotten() {
		Awaitility.await().until(() -> !Boolean.TRUE.equals(this.redis.hasKey(hash())));
	}

	private static long now() {
		return connections.getConnection().serverCommands().time();
	}

	private static byte[] value(String capability) {
		return connections.getConnection().hashCommands().hGet(bytes(hash()), bytes(name(capability)));
	}

	private static void put(String capability, byte[] value) {
		connections.getConnection().hashCommands().hSet(bytes(hash()), bytes(name(capability)), value);
	}

	/**
	 * Seal another answer, as only a replica can.
	 */
	private static void change(String capability, UnaryOperator<SharedDecision> change) {
		TokenSeal seal = new TokenSeal(KEY);
		byte[] value = value(capability);
		SharedDecision decision = seal.openDecision(name(capability), Arrays.copyOfRange(value, 13, value.length));
		byte[] sealed = seal.close(name(capability), change.apply(decision));
		byte[] changed = Arrays.copyOf(value, 13 + sealed.length);
		System.arraycopy(sealed, 0, changed, 13, sealed.length);
		put(capability, changed);
	}

	/**
	 * What somebody does to an answer in Redis.
	 */
	enum Damage {

		GARBAGE {
			@Override
			void to(RedisDecisionsTests test) {
				put("read", bytes("not an answer"));
			}
		},

		ALLOW_IN_CLEAR {
			@Override
			void to(RedisDecisionsTests test) {
				put("read", bytes("9999999999999{\"allowed\":true}"));
			}
		},

		OF_ANOTHER_CAPABILITY {
			@Override
			void to(RedisDecisionsTests test) {
				put("read", value("write"));
			}
		},

		A_BIT_CHANGED {
			@Override
			void to(RedisDecisionsTests test) {
				byte[] value = value("read");
				value[40] ^= 1;
				put("read", value);
			}
		},

		CUT_OFF {
			@Override
			void to(RedisDecisionsTests test) {
				put("read", Arrays.copyOf(value("read"), 30));
			}
		},

		TOO_LONG {
			@Override
			void to(RedisDecisionsTests test) {
				put("read", LONG);
			}
		},

		ANOTHER_ERA {
			@Override
			void to(RedisDecisionsTests test) {
				test.redis.opsForHash().put(hash(), "era", "1".repeat(36));
			}
		},

		NO_ERA {
			@Override
			void to(RedisDecisionsTests test) {
				test.redis.opsForHash().delete(hash(), "era");
			}
		},

		EVICTED {
			@Override
			void to(RedisDecisionsTests test) {
				test.redis.delete(hash());
			}
		},

		ANOTHER_TYPE {
			@Override
			void to(RedisDecisionsTests test) {
				test.redis.opsForValue().set(hash(), "text");
			}
		},

		A_MARK {
			@Override
			void to(RedisDecisionsTests test) {
				byte[] sealed = new TokenSeal(KEY).close(RedisDecisionsTests.name("read"), 1);
				byte[] value = Arrays.copyOf(value("read"), 13 + sealed.length);
				System.arraycopy(sealed, 0, value, 13, sealed.length);
				put("read", value);
			}
		};

		abstract void to(RedisDecisionsTests test);

	}

	/**
	 * Answers, and notes what it is asked.
	 */
	private static final class LumoAuth implements CapabilitySource {

		private final Map<String, Boolean> answers = new HashMap<>();

		private final List<String> asked = new CopyOnWriteArrayList<>();

		private volatile RuntimeException failure;

		private volatile Runnable meanwhile = () -> {
		};

		@Override
		public Map<String, Boolean> ask(Collection<String> capabilities) {
			this.asked.addAll(capabilities);
			if (this.failure != null) {
				throw this.failure;
			}
			Map<String, Boolean> answers = new HashMap<>();
			capabilities.forEach((name) -> answers.put(name, this.answers.getOrDefault(name, true)));
			this.meanwhile.run();
			return answers;
		}

	}

}
