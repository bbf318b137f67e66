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

package dev.lumoauth.spring.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many requests many threads make, counted by the server. Every token differs from
 * those before.
 */
class TokenConcurrencyTests {

	private static final int THREADS = 64;

	private static final String ME = "/t/acme-corp/api/v1/agents/me";

	private static final Holding holding = new Holding();

	private static final Refusal refusal = new Refusal();

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort().containerThreads(2 * THREADS).extensions(holding, refusal))
		.build();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private final ExecutorService background = Executors.newSingleThreadExecutor();

	private WireAgent agent;

	private LumoAuthHttp http;

	private LumoAuthTokens tokens;

	@BeforeEach
	void agent() {
		holding.reset();
		refusal.reset();
		this.agent = new WireAgent(lumoAuth);
		this.agent.executor = this.background;
		this.http = this.agent.http();
		this.tokens = this.agent.tokens(this.http);
		numbered(WireAgent.agentTokenRequest(), "agent");
		numbered(WireAgent.exchangeRequest(), "exchanged");
	}

	@AfterEach
	void stop() throws InterruptedException {
		holding.release();
		this.threads.shutdownNow();
		this.background.shutdownNow();
		assertThat(this.threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.background.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
	}

	@RepeatedTest(3)
	void manyThreadsWithoutATokenMakeOneRequest() throws Exception {
		Set<String> values = callAll(() -> this.tokens.agentToken().getTokenValue());
		assertThat(values).containsExactly("agent-1");
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void noThreadWaitsWhileTheTokenIsBeingRenewed() throws Exception {
		this.tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(3550));
		holding.hold();
		// All of them return although the server answers nothing.
		Set<String> values = callAll(() -> this.tokens.agentToken().getTokenValue());
		assertThat(values).containsExactly("agent-1");
		assertThat(holding.arrived.await(60, TimeUnit.SECONDS)).as("the renewal is under way").isTrue();
		assertThat(callAll(() -> this.tokens.agentToken().getTokenValue())).containsExactly("agent-1");
		holding.release();
		this.background.submit(() -> {
		}).get(60, TimeUnit.SECONDS);
		assertThat(callAll(() -> this.tokens.agentToken().getTokenValue())).containsExactly("agent-2");
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void manyThreadsWithARevokedAgentTokenFetchAnother() throws Exception {
		LumoAuthClient api = new LumoAuthClient(this.http, this.tokens);
		this.tokens.agentToken();
		lumoAuth.stubFor(get(ME).willReturn(okJson("{\"agent_id\":\"agt_1\"}")));
		lumoAuth.stubFor(get(ME).withHeader("Authorization", equalTo("Bearer agent-1"))
			.willReturn(aResponse().withTransformers(Refusal.NAME)));
		assertThat(callAll(() -> api.me().agentId())).containsExactly("agt_1");
		assertThat(lumoAuth
			.findAll(getRequestedFor(urlEqualTo(ME)).withHeader("Authorization", equalTo("Bearer agent-1"))))
			.hasSizeGreaterThanOrEqualTo(Refusal.TOGETHER);
		// The first token and, for all threads, one more.
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void manyThreadsWithARevokedExchangedTokenFetchAnother() throws Exception {
		this.tokens.exchange("urn:a");
		lumoAuth.stubFor(get("/data").willReturn(ok("data")));
		lumoAuth.stubFor(get("/data").withHeader("Authorization", equalTo("Bearer exchanged-1"))
			.willReturn(aResponse().withStatus(401)));
		RestClient client = RestClient.builder()
			.requestInterceptor(
					new AuthorizationInterceptor(WireAgent.requests(this.tokens, "urn:a", lumoAuth.baseUrl())))
			.build();
		assertThat(callAll(() -> client.get().uri(lumoAuth.url("/data")).retrieve().body(String.class)))
			.containsExactly("data");
		lumoAuth.verify(2, WireAgent.exchangeRequests());
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void manyThreadsForThreeAudiencesMakeThreeExchanges() throws Exception {
		AtomicInteger next = new AtomicInteger();
		Set<String> values = callAll(() -> this.tokens.exchange("urn:" + next.getAndIncrement() % 3).getTokenValue());
		assertThat(values).hasSize(3);
		lumoAuth.verify(3, WireAgent.exchangeRequests());
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void manyThreadsWithARevokedSubjectRenewItOnce() throws Exception {
		this.tokens.agentToken();
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("subject_token", equalTo("agent-1"))
			.willReturn(aResponse().withStatus(400).withBody("{\"error\":\"invalid_grant\"}")));
		AtomicInteger next = new AtomicInteger();
		callAll(() -> this.tokens.exchange("urn:" + next.getAndIncrement() % 3).getTokenValue());
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@RepeatedTest(3)
	void manyThreadsOfTwoUsersNeverGetTheOthersToken() throws Exception {
		UserToken mary = UserToken.of("mary");
		UserToken john = UserToken.of("john");
		lumoAuth.stubFor(subject("mary").willReturn(WireAgent.exchanged("for-mary", 3600)));
		lumoAuth.stubFor(subject("john").willReturn(WireAgent.exchanged("for-john", 3600)));
		AtomicInteger next = new AtomicInteger();
		Set<String> pairs = callAll(() -> {
			Set<String> seen = new LinkedHashSet<>();
			for (int i = 0; i < 50; i++) {
				UserToken user = (next.getAndIncrement() % 2 == 0) ? mary : john;
				seen.add(
						user.value() + "=" + UserScope.call(user, () -> this.tokens.exchange("urn:a").getTokenValue()));
			}
			return seen;
		}).stream().flatMap(Set::stream).collect(Collectors.toSet());
		assertThat(pairs).containsExactlyInAnyOrder("mary=for-mary", "john=for-john");
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	@RepeatedTest(3)
	void manyThreadsAtAServerThatRejectsForEverCostTwoExchanges() throws Exception {
		this.tokens.exchange("urn:a");
		lumoAuth.stubFor(get("/data").willReturn(aResponse().withStatus(401)));
		RestClient client = RestClient.builder()
			.requestInterceptor(
					new AuthorizationInterceptor(WireAgent.requests(this.tokens, "urn:a", lumoAuth.baseUrl())))
			.build();
		assertThat(callAll(() -> client.get()
			.uri(lumoAuth.url("/data"))
			.exchange((request, response) -> response.getStatusCode().value()))).containsExactly(401);
		lumoAuth.verify(2, WireAgent.exchangeRequests());
	}

	private static MappingBuilder subject(String token) {
		return WireAgent.exchangeRequest().withFormParam("subject_token", equalTo(token));
	}

	private <T> Set<T> callAll(Callable<T> call) throws Exception {
		CyclicBarrier start = new CyclicBarrier(THREADS);
		List<Future<T>> calls = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			calls.add(this.threads.submit(() -> {
				start.await(60, TimeUnit.SECONDS);
				return call.call();
			}));
		}
		Set<T> values = new LinkedHashSet<>();
		for (Future<T> future : calls) {
			values.add(future.get(60, TimeUnit.SECONDS));
		}
		return values;
	}

	private static void numbered(MappingBuilder request, String prefix) {
		lumoAuth.stubFor(request.willReturn(aResponse().withTransformers(Holding.NAME)
			.withTransformerParameter("prefix", prefix)
			.withFixedDelay(50)));
	}

	/**
	 * Keeps back its answers.
	 */
	private abstract static class Held implements ResponseDefinitionTransformerV2 {

		volatile CountDownLatch gate = new CountDownLatch(0);

		final void await() {
			try {
				assertThat(this.gate.await(60, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public boolean applyGlobally() {
			return false;
		}

	}

	/**
	 * Numbers the tokens, and keeps back its answers on demand.
	 */
	private static final class Holding extends Held {

		static final String NAME = "holding";

		private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

		private volatile CountDownLatch arrived = new CountDownLatch(1);

		void reset() {
			this.counts.clear();
			this.gate = new CountDownLatch(0);
		}

		void hold() {
			this.gate = new CountDownLatch(1);
			this.arrived = new CountDownLatch(1);
		}

		void release() {
			this.gate.countDown();
		}

		@Override
		public ResponseDefinition transform(ServeEvent event) {
			this.arrived.countDown();
			await();
			String prefix = event.getTransformerParameters().getString("prefix");
			int number = this.counts.computeIfAbsent(prefix, (key) -> new AtomicInteger()).incrementAndGet();
			return WireAgent.exchanged(prefix + "-" + number, 3600).withFixedDelay(50).build();
		}

		@Override
		public String getName() {
			return NAME;
		}

	}

	/**
	 * Refuses a token, but not before several threads have sent that token.
	 */
	private static final class Refusal extends Held {

		static final String NAME = "refusal";

		static final int TOGETHER = THREADS / 2;

		void reset() {
			this.gate = new CountDownLatch(TOGETHER);
		}

		@Override
		public ResponseDefinition transform(ServeEvent event) {
			this.gate.countDown();
			await();
			return aResponse().withStatus(401).build();
		}

		@Override
		public String getName() {
			return NAME;
		}

	}

}
