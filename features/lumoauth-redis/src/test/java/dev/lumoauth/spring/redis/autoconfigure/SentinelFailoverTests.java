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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.RedisSentinels;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.redis.RedisRevocationRelay;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three sentinels, a master that is killed while three applications get tokens and events
 * revoke them, and the replica that becomes the master.
 */
@Tag("nightly")
class SentinelFailoverTests {

	/** Of each application, for the whole test. */
	private static final Duration PACE = Duration.ofMillis(50);

	@TempDir
	Path directory;

	private RedisSentinels redis;

	private final AtomicInteger issued = new AtomicInteger();

	private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

	private HttpServer lumoAuth;

	private ApplicationContextRunner runner;

	@BeforeEach
	void start() throws Exception {
		this.redis = RedisSentinels.start(this.directory);
		this.lumoAuth = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.lumoAuth.setExecutor(Executors.newCachedThreadPool());
		this.lumoAuth.createContext("/", (exchange) -> {
			boolean exchanged = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
				.contains("token-exchange");
			byte[] body = ("{\"access_token\":\"" + this.issued.incrementAndGet() + "\",\"token_type\":\"Bearer\","
					+ (exchanged ? "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"," : "")
					+ "\"expires_in\":3600}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.getResponseHeaders().add("X-RateLimit-Limit", "100000");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.lumoAuth.start();
		this.runner = new ApplicationContextRunner().withBean(ReceivedRevocations.class)
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, LumoAuthAutoConfiguration.class,
					LumoAuthRedisAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=s3cret",
					"lumoauth.url=http://127.0.0.1:" + this.lumoAuth.getAddress().getPort(), "lumoauth.max-wait=2s",
					"lumoauth.token-store.type=redis",
					"lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=")
			.withPropertyValues(this.redis.properties());
	}

	@AfterEach
	void stop() {
		if (this.redis != null) {
			this.redis.close();
		}
		if (this.lumoAuth != null) {
			this.lumoAuth.stop(0);
		}
	}

	@RepeatedTest(3)
	void noChatIsRefusedAndNoRevokedTokenIsTaken() {
		this.runner.run((first) -> this.runner.run((second) -> this.runner.run((third) -> {
			ScheduledExecutorService chats = Executors.newScheduledThreadPool(12);
			try {
				for (ApplicationContext each : List.of(first, second, third)) {
					LumoAuthTokens tokens = each.getBean(LumoAuthTokens.class);
					tokens.agentToken();
					Awaitility.await().until(each.getBean(RedisRevocationRelay.class)::isListening);
					AtomicInteger target = new AtomicInteger();
					for (int thread = 0; thread < 4; thread++) {
						chats.scheduleAtFixedRate(() -> call(tokens, "urn:" + target.incrementAndGet()), 0,
								PACE.toMillis(), TimeUnit.MILLISECONDS);
					}
				}
				awaitCalls(100);
				long kill = System.nanoTime();
				forget(first);
				this.redis.killMaster();
				forget(second);
				first.getBean(RedisRevocationRelay.class)
					.publish("event", Duration.ofMinutes(6), List.of(Revocation.ofEveryone(Revocation.Effect.TOKENS)));
				int revoked = this.issued.get();
				StringRedisTemplate redis = new StringRedisTemplate(third.getBean(RedisConnectionFactory.class));
				Awaitility.await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
					redis.opsForValue().set("written", "again");
					return true;
				});
				long written = System.nanoTime();
				int requests = this.issued.get();
				awaitCalls(this.calls.size() + 2_000);
				chats.shutdown();
				assertThat(chats.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
				report(kill, written, requests - revoked);
				Awaitility.await()
					.atMost(Duration.ofMinutes(1))
					.until(() -> Stream.of(second, third)
						.allMatch((each) -> each.getBean(ReceivedRevocations.class).events.contains("event")));
				this.runner.run((later) -> {
					LumoAuthTokens tokens = later.getBean(LumoAuthTokens.class);
					for (String target : this.calls.stream().map(Call::target).collect(Collectors.toSet())) {
						assertThat(Integer.parseInt(tokens.exchange(target).getTokenValue())).as(target)
							.isGreaterThan(revoked);
					}
				});
				assertThat(this.calls).allMatch((call) -> call.problem() == null);
			}
			finally {
				chats.shutdownNow();
			}
		})));
	}

	private static void forget(ApplicationContext replica) {
		replica.getBean(LumoAuthTokens.class).forget(Set.of("agt_1"));
	}

	private void awaitCalls(int number) {
		Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> this.calls.size() >= number);
	}

	private void call(LumoAuthTokens tokens, String target) {
		long start = System.nanoTime();
		String problem = null;
		try {
			tokens.exchange(target);
		}
		catch (LumoAuthException ex) {
			problem = ex.toString();
		}
		this.calls.add(new Call(target, start, System.nanoTime() - start, problem));
	}

	private void report(long kill, long written, int requests) {
		List<Call> during = this.calls.stream()
			.filter((call) -> call.start() + call.nanos() > kill && call.start() < written)
			.toList();
		System.out.printf(
				"Failover: writes again after %,d ms; %d calls meanwhile, %d of them failed, %d took more than 200 ms, "
						+ "the longest %,d ms; %d requests to LumoAuth meanwhile%n",
				millis(written - kill), during.size(), during.stream().filter((call) -> call.problem() != null).count(),
				during.stream().filter((call) -> millis(call.nanos()) > 200).count(),
				millis(during.stream().mapToLong(Call::nanos).max().orElse(0)), requests);
		List<Call> after = this.calls.stream().filter((call) -> call.start() > written).toList();
		long shared = after.size() - (this.issued.get() - requests);
		System.out.printf("Afterwards: %d calls, %d with a shared token, the longest %,d ms%n", after.size(), shared,
				millis(after.stream().mapToLong(Call::nanos).max().orElse(0)));
	}

	private static long millis(long nanos) {
		return Duration.ofNanos(nanos).toMillis();
	}

	private record Call(String target, long start, long nanos, String problem) {

	}

}
