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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.http.Pause;
import dev.lumoauth.spring.http.RequestLimits;
import dev.lumoauth.spring.redis.RedisRevocationRelay;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.redis.SharedTokenStore;
import dev.lumoauth.spring.redis.StoredTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What replicas share by a real Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class LumoAuthRedisAutoConfigurationTests {

	/** The names of tokens and marks. */
	private static final String SEALED = "lumoauth:" + "[0-9a-f]".repeat(64);

	/** All names that an application writes; a probe is deleted at once. */
	private static final String NAME = "lumoauth:(\\{?[0-9a-f]{64}}?(:sent|:replicas)?|probe:[0-9a-f-]{36})";

	private static final String KEY = "lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static RedisServer redis;

	private final ApplicationContextRunner unconfigured = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthRedisAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cret-MARKER");

	private final ApplicationContextRunner relaying = this.unconfigured.withBean(Source.class);

	private ApplicationContextRunner runner;

	@BeforeAll
	static void startRedis(@TempDir Path directory) throws Exception {
		redis = RedisServer.start(directory);
	}

	@AfterAll
	static void stopRedis() {
		if (redis != null) {
			redis.close();
		}
	}

	@BeforeEach
	void prepare() {
		this.runner = this.unconfigured.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(),
				"spring.data.redis.port=" + redis.port(), "lumoauth.token-store.type=redis", KEY);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-MARKER", 3600)));
		this.runner.run(
				(context) -> context.getBean(RedisConnectionFactory.class).getConnection().serverCommands().flushAll());
	}

	@Test
	void aHundredReplicasThatStartTogetherAskOnce() throws Exception {
		this.runner.run((context) -> {
			SharedTokenStore store = context.getBean(SharedTokenStore.class);
			lumoAuth
				.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-MARKER", 3600).withFixedDelay(200)));
			List<Callable<String>> replicas = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				WireAgent replica = new WireAgent(lumoAuth);
				replica.sharedTokens = new StoredTokens(store, new byte[32], Duration.ofSeconds(5), Clock.systemUTC(),
						Pause.sleeping());
				LumoAuthTokens tokens = replica.tokens(replica.http((http) -> http.maxWait(Duration.ofSeconds(30))));
				replicas.add(() -> tokens.agentToken().getTokenValue());
			}
			ExecutorService threads = Executors.newFixedThreadPool(50);
			try {
				for (Future<String> token : threads.invokeAll(replicas)) {
					assertThat(token.get()).isEqualTo("agent-MARKER");
				}
			}
			finally {
				threads.shutdownNow();
			}
			lumoAuth.verify(1, postRequestedFor(anyUrl()));
		});
	}

	@Test
	void applicationsShareATokenUnderANameAndAValueThatSayNothing(CapturedOutput output) {
		for (int i = 0; i < 2; i++) {
			this.runner.run((context) -> {
				assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
					.isEqualTo("agent-MARKER");
				StringRedisTemplate template = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
				assertThat(template.keys("*")).allSatisfy((name) -> assertThat(name).matches(NAME));
				assertThat(template.keys(SEALED)).singleElement().satisfies((name) -> {
					assertThat(template.opsForValue().get(name)).doesNotContain("MARKER");
					assertThat(template.getExpire(name)).isBetween(3000L, 3540L);
				});
			});
		}
		lumoAuth.verify(1, postRequestedFor(anyUrl()));
		assertThat(output).doesNotContain("MARKER");
	}

	@Test
	void applicationsShareDecisionsAndSayWhatTheyShare() {
		lumoAuth.stubFor(post("/t/acme-corp/api/v1/authz/check")
			.willReturn(okJson("{\"allowed\":true,\"permission\":\"read\"}")));
		ApplicationContextRunner sharing = this.runner.withPropertyValues("lumoauth.capabilities.store=redis")
			.withBean(SimpleMeterRegistry.class);
		sharing.run((first) -> sharing.run((second) -> {
			for (ApplicationContext each : List.of(first, second)) {
				assertThat(each.getBean(LumoAuthAgent.class).hasCapability("read")).isTrue();
			}
			lumoAuth.verify(1, postRequestedFor(urlPathMatching(".*/authz/check")));
			assertThat(second.getBean(AgentRuntimes.class).main().describe()).extractingByKey("shared")
				.asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("decisions", Map.of("taken", 1L, "given", 0L))
				.containsEntry("tokens", Map.of("taken", 0L, "given", 0L))
				.containsKey("since");
			MeterRegistry meters = new SimpleMeterRegistry();
			second.getBean("lumoAuthSharingMeters", MeterBinder.class).bindTo(meters);
			assertThat(meters.get("lumoauth.shared")
				.tag("what", "decisions")
				.tag("use", "taken")
				.functionCounter()
				.count()).isEqualTo(1);
			Awaitility.await().until(() -> meters.get("lumoauth.shared.replicas").gauge().value() > 0);
			lumoAuth.stubFor(post("/t/acme-corp/api/v1/authz/check")
				.willReturn(okJson("{\"allowed\":false,\"permission\":\"read\"}")));
			StringRedisTemplate template = new StringRedisTemplate(first.getBean(RedisConnectionFactory.class));
			String hash = template.keys("lumoauth:*:decisions").iterator().next();
			Object era = template.opsForHash().get(hash, "era");
			first.getBean(AgentRuntimes.class).revoked(Revocation.ofEveryone(Revocation.Effect.DECISIONS));
			Awaitility.await().until(() -> !era.equals(template.opsForHash().get(hash, "era")));
			assertThat(first.getBean(LumoAuthAgent.class).hasCapability("read")).isFalse();
			sharing.run((later) -> assertThat(later.getBean(LumoAuthAgent.class).hasCapability("read")).isFalse());
		}));
	}

	@Test
	void anAnswerAboutAToolIsOnlyForThoseWhoseConnectionIsToTheSameServer() {
		lumoAuth.stubFor(post("/t/acme-corp/api/v1/authz/check")
			.willReturn(okJson("{\"allowed\":true,\"permission\":\"mcp-tool:crm/export\"}")));
		ApplicationContextRunner sharing = this.runner.withPropertyValues("lumoauth.capabilities.store=redis");
		for (String server : List.of("mcp_1", "mcp_1", "mcp_2")) {
			sharing
				.withPropertyValues("lumoauth.mcp.connections.crm.server-id=" + server,
						"lumoauth.mcp.connections.crm.scopes=a,b")
				.run((context) -> assertThat(context.getBean(LumoAuthAgent.class).hasCapability("mcp-tool:crm/export"))
					.isTrue());
		}
		lumoAuth.verify(2, postRequestedFor(urlPathMatching(".*/authz/check")));
	}

	@Test
	void sharesNoDecisionsAndLimitsUnlessItIsSaid() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(SharedDecisions.class)
			.hasSingleBean(RequestLimits.class));
		this.unconfigured.withPropertyValues("spring.data.redis.port=" + redis.port())
			.run((context) -> assertThat(context).doesNotHaveBean(SharedDecisions.class)
				.doesNotHaveBean(RequestLimits.class));
		expectProblem(this.unconfigured.withPropertyValues("lumoauth.capabilities.store=redis"),
				"lumoauth.capabilities.store=redis needs lumoauth.token-store.type=redis",
				"Set lumoauth.token-store.type=redis");
	}

	@Test
	void allApplicationsTogetherSendNoMoreThanLumoAuthAllows() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
		this.runner.run((first) -> this.runner.run((second) -> {
			for (int i = 0; i < 15; i++) {
				first.getBean(LumoAuthTokens.class).exchange("urn:" + i);
			}
			for (int i = 15; i < 29; i++) {
				second.getBean(LumoAuthTokens.class).exchange("urn:" + i);
			}
			assertThatExceptionOfType(LumoAuthRateLimitedException.class)
				.isThrownBy(() -> second.getBean(LumoAuthTokens.class).exchange("urn:30"))
				.withMessageContaining("all replicas together have sent the 30");
			lumoAuth.verify(30, postRequestedFor(anyUrl()));
		}));
	}

	@Test
	void removesOnlyTheValueThatIsGiven() {
		this.runner.run((context) -> {
			SharedTokenStore store = context.getBean(SharedTokenStore.class);
			store.save("a", bytes("1"), Duration.ofMinutes(1));
			store.remove("a", bytes("2"));
			assertThat(store.find("a")).isEqualTo(bytes("1"));
			store.remove("a", bytes("1"));
			assertThat(store.find("a")).isNull();
		});
	}

	@Test
	void aLockHasOneHolderWhoAloneCanFreeIt() {
		this.runner.run((context) -> {
			SharedTokenStore store = context.getBean(SharedTokenStore.class);
			assertThat(store.lock("l", "a", Duration.ofMinutes(1))).isTrue();
			assertThat(store.lock("l", "b", Duration.ofMinutes(1))).isFalse();
			store.unlock("l", "b");
			assertThat(store.lock("l", "b", Duration.ofMinutes(1))).isFalse();
			store.unlock("l", "a");
			assertThat(store.lock("l", "b", Duration.ofMinutes(1))).isTrue();
		});
	}

	@Test
	void aLockWithoutAnEndStopsNobodyAndGetsAnEnd() {
		String[] lock = new String[1];
		this.runner.run((context) -> {
			context.getBean(LumoAuthTokens.class).agentToken();
			StringRedisTemplate template = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			String name = template.keys(SEALED).iterator().next();
			lock[0] = name + ":lock";
			template.delete(name);
			template.opsForValue().set(lock[0], "of nobody");
		});
		this.runner.withPropertyValues("lumoauth.max-wait=2s").run((context) -> {
			assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue()).isEqualTo("agent-MARKER");
			StringRedisTemplate template = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			assertThat(template.getExpire(lock[0], TimeUnit.MILLISECONDS)).as("-1 is no end, -2 is over")
				.isNotEqualTo(-1)
				.isLessThanOrEqualTo(10_000);
			SharedTokenStore store = context.getBean(SharedTokenStore.class);
			template.opsForValue().set("lumoauth:late", "of nobody", Duration.ofDays(1));
			assertThat(store.lock("late", "a", Duration.ofSeconds(10))).isFalse();
			assertThat(template.getExpire("lumoauth:late", TimeUnit.MILLISECONDS)).isBetween(0L, 10_000L);
			template.opsForList().leftPush("lumoauth:list", "of nobody");
			assertThat(store.lock("list", "a", Duration.ofMillis(1))).isFalse();
			Awaitility.await().until(() -> store.lock("list", "a", Duration.ofSeconds(10)));
		});
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void goesWithoutRedisWhereItIsDown(CapturedOutput output) {
		this.runner.withPropertyValues("spring.data.redis.port=1", "spring.data.redis.timeout=500ms")
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
				.isEqualTo("agent-MARKER"));
		assertThat(output).containsOnlyOnce("The shared token store (lumoauth.token-store)");
	}

	@Test
	void aRedisThatHangsCostsOneTimeoutOfItsOwn(CapturedOutput output) {
		this.runner.withPropertyValues("spring.data.redis.timeout=20s", "lumoauth.token-store.timeout=500ms")
			.run((context) -> {
				LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
				lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
					.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
				tokens.agentToken();
				redis.hang();
				try {
					Instant start = Instant.now();
					for (int i = 0; i < 10; i++) {
						assertThat(tokens.exchange("urn:" + i).getTokenValue()).isEqualTo("exchanged-MARKER");
					}
					assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
				}
				finally {
					redis.goOn();
				}
			});
		assertThat(output).containsOnlyOnce("The shared token store (lumoauth.token-store)");
	}

	@Test
	void saysNothingOfAQuestionThatTheEndOfTheApplicationCutsOff(CapturedOutput output) {
		try {
			this.runner.run((context) -> {
				redis.hang();
				context.getBean(StoredTokens.class).connect();
			});
		}
		finally {
			redis.goOn();
		}
		assertThat(output).doesNotContain("The shared token store");
	}

	@Test
	void aRedisThatHangsFromTheStartCostsOneTimeoutOfItsOwn(CapturedOutput output) {
		this.runner.withPropertyValues("spring.data.redis.timeout=20s", "lumoauth.token-store.timeout=500ms")
			.run((context) -> {
				redis.hang();
				try {
					Instant start = Instant.now();
					assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
						.isEqualTo("agent-MARKER");
					assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
				}
				finally {
					redis.goOn();
				}
			});
		assertThat(output).containsOnlyOnce("The shared token store (lumoauth.token-store)")
			.contains("lumoauth.token-store.timeout");
	}

	@Test
	void whatAnEventIsAboutIsMarkedForReplicasThatStartLater() {
		this.runner.run((context) -> {
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			tokens.agentToken();
			tokens.forget(Set.of("agt_1"));
			awaitMarks(context);
		});
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		this.runner.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
			.isEqualTo("agent-2"));
	}

	/**
	 * Two stores, so that one wait is enough for both: one hangs and one is down.
	 */
	@Test
	void whatAnEventIsAboutIsMarkedWhenAnOutageOfRedisIsOver(@TempDir Path directory) throws Exception {
		try (RedisServer hung = RedisServer.start(directory); RedisServer down = RedisServer.start(directory)) {
			replica(hung).run((firstAtHung) -> replica(hung)
				.run((secondAtHung) -> replica(down).run((firstAtDown) -> replica(down).run((secondAtDown) -> {
					for (ApplicationContext first : List.of(firstAtHung, firstAtDown)) {
						assertThat(agentToken(first)).isEqualTo("agent-MARKER");
					}
					lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
					replica(down).run((third) -> assertThat(agentToken(third)).as("shared").isEqualTo("agent-MARKER"));
					firstAtDown.getBean(RedisConnectionFactory.class).getConnection().serverCommands().save();
					hung.hang();
					down.close();
					for (ApplicationContext first : List.of(firstAtHung, firstAtDown)) {
						// Finds out that the store can't be used.
						first.getBean(LumoAuthTokens.class).exchange("urn:1");
						first.getBean(LumoAuthTokens.class).forget(Set.of("agt_1"));
					}
					hung.goOn();
					down.startAgain();
					awaitMarks(firstAtHung);
					awaitMarks(firstAtDown);
					for (ApplicationContext second : List.of(secondAtHung, secondAtDown)) {
						assertThat(agentToken(second)).isEqualTo("agent-2");
					}
				}))));
		}
	}

	private ApplicationContextRunner replica(RedisServer redis) {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
		return this.runner.withPropertyValues("spring.data.redis.port=" + redis.port(),
				"lumoauth.token-store.timeout=500ms");
	}

	private static String agentToken(ApplicationContext replica) {
		return replica.getBean(LumoAuthTokens.class).agentToken().getTokenValue();
	}

	/** Await the token and two marks. */
	private static void awaitMarks(ApplicationContext replica) {
		StringRedisTemplate redis = new StringRedisTemplate(replica.getBean(RedisConnectionFactory.class));
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> redis.keys(SEALED).size() == 3);
	}

	@Test
	void readsNoMoreThanATokenCanHave() {
		this.runner.run((context) -> {
			SharedTokenStore store = context.getBean(SharedTokenStore.class);
			store.save("exact", new byte[256 * 1024], Duration.ofMinutes(1));
			assertThat(store.find("exact")).hasSize(256 * 1024);
			new StringRedisTemplate(context.getBean(RedisConnectionFactory.class)).opsForValue()
				.set("lumoauth:large", "x", 64 * 1024 * 1024);
			assertThat(store.find("large")).hasSizeLessThanOrEqualTo(256 * 1024 + 1);
			assertThat(store.find("none")).isNull();
		});
	}

	@Test
	void isOffByDefault() {
		this.unconfigured.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(StoredTokens.class)
			.doesNotHaveBean(SharedTokenStore.class));
	}

	@Test
	void refusesToStartWithoutAKey() {
		expectProblem(this.unconfigured.withPropertyValues("lumoauth.token-store.type=redis"),
				"lumoauth.token-store.encryption-key is not set", "openssl rand -base64 32");
	}

	@Test
	void refusesToStartWithoutRedis() {
		expectProblem(
				new ApplicationContextRunner().withUserConfiguration(LumoAuthRedisAutoConfiguration.class)
					.withPropertyValues("lumoauth.token-store.type=redis", KEY),
				"lumoauth.token-store.type=redis needs a RedisConnectionFactory", "spring.data.redis");
	}

	@Test
	void refusesToStartWithAMisspeltStore() {
		this.unconfigured.withPropertyValues("lumoauth.token-store.type=redsi")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("redsi"));
	}

	@Test
	void relaysIfThereIsSomethingToRelay() {
		this.relaying.run((context) -> assertThat(relay(context)).isNotNull());
		this.unconfigured.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void relaysBetweenApplications() {
		this.runner.withBean(Source.class).run((first) -> this.runner.withBean(Source.class).run((second) -> {
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> listens(first) && listens(second));
			RevocationRelay relay = relay(first);
			assertThat(relay).isNotNull();
			relay.publish("ssf 1", Duration.ofMinutes(6), List.of(Revocation.ofEveryone(Revocation.Effect.TOKENS)));
			assertThat(second.getBean(Source.class).told.poll(30, TimeUnit.SECONDS)).isEqualTo("ssf 1");
		}));
	}

	@Test
	void withoutRedisThereIsNoRelay() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthRedisAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=s3cret-MARKER")
			.withBean(Source.class)
			.run((context) -> assertThat(relay(context)).isNull());
	}

	@Test
	void withoutASecretThereIsNoRelayAndALineSaysSo(CapturedOutput output) {
		this.relaying.withPropertyValues("lumoauth.client-secret=", "lumoauth.client-authentication-method=none")
			.run((context) -> assertThat(relay(context)).isNull());
		assertThat(output).contains("LumoAuth's events are not passed on to other replicas")
			.contains("lumoauth.token-store.encryption-key")
			.contains("openssl rand -base64 32");
	}

	private static @Nullable RevocationRelay relay(ApplicationContext context) {
		return context.getBean(Source.class).relay;
	}

	private static boolean listens(ApplicationContext context) {
		return relay(context) instanceof RedisRevocationRelay relay && relay.isListening();
	}

	private static void expectProblem(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure());
			assertThat(cause).isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class,
					(invalid) -> assertThat(invalid.problems()).singleElement().satisfies((problem) -> {
						assertThat(problem.description()).contains(description).doesNotContain("MARKER");
						assertThat(problem.action()).contains(action);
					}));
		});
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static final class Source implements RevocationSource {

		private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

		private volatile @Nullable RevocationRelay relay;

		@Override
		public void relayBy(@Nullable RevocationRelay relay) {
			this.relay = relay;
		}

		@Override
		public void relayed(String id, Duration life, Collection<Revocation> revocations) {
			this.told.add(id);
		}

		@Override
		public void missed(Revocation.Effect effect) {
		}

	}

}
