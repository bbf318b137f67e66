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

package dev.lumoauth.spring.http;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.concurrent.WaitAllowance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a LumoAuth that hangs costs, by a clock that moves only where somebody waits.
 */
class MaxWaitTests {

	private static final Duration MAX = Duration.ofSeconds(2);

	private static final URI TOKEN = URI.create("https://lumoauth.example.com/token");

	private static final URI CHECK = URI.create("https://lumoauth.example.com/check");

	private final AtomicLong time = new AtomicLong(1_000_000_000);

	private final ManualClock clock = new ManualClock();

	private final List<URI> sent = new ArrayList<>();

	private Answer answer = this::hang;

	private final LumoAuthHttp http = LumoAuthHttp
		.builder(LumoAuthAddresses.forOrganization(URI.create("https://lumoauth.example.com"), "acme-corp"), "agt_1",
				this::request)
		.clock(this.clock)
		.nanoTime(this.time::get)
		.maxWait(MAX)
		.pause((duration) -> this.time.addAndGet(duration.toNanos()))
		.build();

	@AfterEach
	void noRequest() {
		RequestContextHolder.resetRequestAttributes();
	}

	@Test
	void afterAWaitInVainOneAsksAndTheOthersAreRefusedAtOnce() throws Exception {
		assertRefused(CHECK, "could not be reached");
		CountDownLatch asking = new CountDownLatch(1);
		CompletableFuture<Void> answered = new CompletableFuture<>();
		this.answer = (request) -> {
			asking.countDown();
			answered.join();
			return answer();
		};
		CompletableFuture<Void> probe = CompletableFuture.runAsync(() -> ask(CHECK));
		asking.await();
		long before = this.time.get();
		assertRefused(CHECK, "has failed with HttpTimeoutException, and is not asked for a moment");
		assertThat(this.time).hasValue(before);
		answered.complete(null);
		probe.join();
		this.answer = (request) -> answer();
		ask(CHECK);
		assertThat(this.sent).hasSize(3);
	}

	@Test
	void nobodyWaitsForTheThreadThatAsks() throws Exception {
		assertRefused(CHECK, "could not be reached");
		SingleFlight<String, String> flights = new SingleFlight<>(MAX);
		CountDownLatch asking = new CountDownLatch(1);
		CompletableFuture<Void> answered = new CompletableFuture<>();
		this.answer = (request) -> {
			asking.countDown();
			answered.join();
			return answer();
		};
		CompletableFuture<String> probe = CompletableFuture.supplyAsync(() -> flights.run("capability", () -> {
			ask(CHECK);
			return "allowed";
		}));
		asking.await();
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> flights.run("capability", () -> "not asked"))
			.returns(true, LumoAuthUnavailableException::isUnreachable);
		answered.complete(null);
		assertThat(probe.join()).isEqualTo("allowed");
	}

	@Test
	void aLumoAuthThatIsSlowButAnswersIsNotSuspected() {
		this.answer = (request) -> {
			this.time.addAndGet(MAX.toNanos() - 1);
			return answer();
		};
		new WaitAllowance().call(() -> {
			for (int call = 0; call < 20; call++) {
				ask(CHECK);
			}
			return null;
		});
		assertThat(this.sent).hasSize(20);
	}

	@Test
	void oneLostAnswerAmongOthersClosesNothing() {
		this.answer = (request) -> {
			this.time.addAndGet(MAX.toNanos() / 2);
			this.answer = (other) -> answer();
			ask(CHECK);
			return hang(request);
		};
		assertRefused(CHECK, "could not be reached");
		assertThat(this.http.endpointStates()).noneMatch((state) -> state.breaker() != EndpointState.Breaker.CLOSED);
	}

	@Test
	void howeverManyLostAnswersAmongOthersCloseNothing() {
		this.answer = (request) -> {
			if (this.sent.size() <= CircuitBreaker.FAILURES) {
				assertRefused(CHECK, "could not be reached");
			}
			else {
				Answer lost = this.answer;
				this.answer = (other) -> answer();
				ask(CHECK);
				this.answer = lost;
			}
			return hang(request);
		};
		assertRefused(CHECK, "could not be reached");
		assertThat(this.sent).hasSize(CircuitBreaker.FAILURES + 2);
		assertThat(this.http.endpointStates()).noneMatch((state) -> state.breaker() != EndpointState.Breaker.CLOSED);
	}

	@Test
	void allWaitsOfAChatCountTogether() {
		long start = this.time.get();
		new WaitAllowance().call(() -> {
			this.answer = (request) -> {
				this.time.addAndGet(MAX.toNanos() / 2);
				throw new ConnectException("reset");
			};
			assertRefused(TOKEN, "could not be reached");
			this.answer = this::hang;
			assertRefused(CHECK, "in what was left of lumoauth.max-wait", false);
			assertRefused(CHECK, "lumoauth.max-wait", false);
			assertRefused(TOKEN, "lumoauth.max-wait", false);
			return null;
		});
		assertThat(Duration.ofNanos(this.time.get() - start)).isEqualTo(MAX);
		// The chat had less time than others for the check: that says nothing about it.
		this.answer = (request) -> answer();
		ask(CHECK);
	}

	@Test
	void aChatThatHasWaitedAsksAgainOnceLumoAuthHasAnsweredSomebody() {
		WaitAllowance chat = new WaitAllowance();
		chat.call(() -> {
			assertRefused(CHECK, "could not be reached");
			assertRefused(CHECK, "lumoauth.max-wait");
			return null;
		});
		this.answer = (request) -> answer();
		this.time.incrementAndGet();
		ask(CHECK);
		chat.call(() -> {
			ask(CHECK);
			assertRefused(TOKEN, "lumoauth.max-wait", false);
			return null;
		});
	}

	@Test
	void aChatThatNobodyElseAsksBesideIsNotCutOffForEver() {
		new WaitAllowance().call(() -> {
			assertRefused(CHECK, "could not be reached");
			this.answer = (request) -> answer();
			this.time.addAndGet(WaitAllowance.REMEMBERED.toNanos() - 1);
			assertRefused(CHECK, "lumoauth.max-wait");
			this.time.incrementAndGet();
			ask(CHECK);
			return null;
		});
	}

	/** Else one server that hangs would make old allows of another one count. */
	@Test
	void anEndpointThatIsWellIsNotUnreachableToAChatThatWaitedForAnother() {
		this.answer = (request) -> answer();
		ask(CHECK);
		this.answer = this::hang;
		new WaitAllowance().call(() -> {
			assertRefused(TOKEN, "could not be reached");
			assertRefused(TOKEN, "lumoauth.max-wait");
			assertRefused(CHECK, "lumoauth.max-wait", false);
			return null;
		});
		// Nor is it one that answers too slowly for the rest of the time.
		new WaitAllowance().call(() -> {
			this.answer = (request) -> {
				this.time.addAndGet(MAX.toNanos() - 1);
				throw new ConnectException("reset");
			};
			assertRefused(TOKEN, "could not be reached");
			this.answer = this::hang;
			assertRefused(CHECK, "could not be reached in what was left", false);
			return null;
		});
	}

	@Test
	void whoJoinsALeaderWithNothingLeftAsksItself() throws Exception {
		SingleFlight<String, String> flights = new SingleFlight<>(MAX);
		WaitAllowance spent = new WaitAllowance();
		spent.spend(MAX.toNanos(), System.nanoTime());
		CountDownLatch leading = new CountDownLatch(1);
		CountDownLatch joined = new CountDownLatch(1);
		CompletableFuture<String> leader = CompletableFuture
			.supplyAsync(() -> spent.call(() -> flights.run("capability", () -> {
				leading.countDown();
				try {
					joined.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				ask(CHECK);
				return "asked in vain";
			})));
		leading.await();
		Thread follower = new Thread(() -> assertThat(flights.run("capability", () -> "allowed")).isEqualTo("allowed"));
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		follower.setUncaughtExceptionHandler((thread, ex) -> failure.set(ex));
		follower.start();
		while (follower.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		joined.countDown();
		follower.join();
		assertThat(failure).hasNullValue();
		assertThat(leader).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingRootCause()
			.withMessageContaining("lumoauth.max-wait is used up");
	}

	@Test
	void theWaitsOfARequestToTheApplicationCountTogether() {
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
		assertRefused(CHECK, "could not be reached");
		assertRefused(TOKEN, "lumoauth.max-wait", false);
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
		assertRefused(TOKEN, "could not be reached");
	}

	/** Some servers say that by a NullPointerException. */
	@Test
	void aRequestThatHasEndedBlocksNoFlight() {
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()) {

			@Override
			public Object getAttribute(String name, int scope) {
				throw new NullPointerException("recycled");
			}

		});
		SingleFlight<String, String> flights = new SingleFlight<>(MAX);
		assertThat(flights.run("capability", () -> "first")).isEqualTo("first");
		assertThat(flights.run("capability", () -> "second")).isEqualTo("second");
	}

	/**
	 * With {@code stale-if-unavailable}, an allow that has outlived its lifetime counts
	 * only while LumoAuth gives no answer about it.
	 */
	@Test
	void thatOneEndpointHangsBridgesNoDecisionOfAnother() {
		this.time.set(System.nanoTime()); // by which allowances are looked at too
		AtomicBoolean allowed = new AtomicBoolean(true);
		CapabilityDecisions decisions = CapabilityDecisions.builder((names) -> {
			ask(CHECK);
			return Map.of("read:documents", allowed.get());
		})
			.allowTtl(Duration.ofSeconds(30))
			.staleIfUnavailable(Duration.ofHours(1))
			.maxWait(MAX)
			.clock(this.clock)
			.build();
		CapabilityRequirement requirement = CapabilityRequirement.of("read:documents");
		this.answer = (request) -> answer();
		assertThat(decisions.decide(requirement).isGranted()).isTrue();
		allowed.set(false);
		this.clock.advance(Duration.ofMinutes(1));
		this.answer = (request) -> request.getURI().equals(TOKEN) ? hang(request) : answer();
		new WaitAllowance().call(() -> {
			assertRefused(TOKEN, "could not be reached");
			assertThat(decisions.decide(requirement).isGranted()).isFalse();
			return null;
		});
	}

	private void assertRefused(URI endpoint, String message) {
		assertRefused(endpoint, message, true);
	}

	private void assertRefused(URI endpoint, String message, boolean unreachable) {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> ask(endpoint))
			.withMessageContaining(message)
			.returns(unreachable, LumoAuthUnavailableException::isUnreachable);
	}

	private void ask(URI endpoint) {
		this.http.restClient().post().uri(endpoint).retrieve().toBodilessEntity();
	}

	private ClientHttpRequest request(URI uri, HttpMethod method) {
		return new MockClientHttpRequest(method, uri) {

			@Override
			protected ClientHttpResponse executeInternal() throws java.io.IOException {
				MaxWaitTests.this.sent.add(uri);
				return MaxWaitTests.this.answer.to(this);
			}

		};
	}

	private ClientHttpResponse hang(ClientHttpRequest request) throws HttpTimeoutException {
		this.time.addAndGet(Deadline.within(Duration.ofSeconds(5)).toNanos());
		throw new HttpTimeoutException("request timed out");
	}

	private static ClientHttpResponse answer() {
		return new MockClientHttpResponse(new byte[0], 200);
	}

	private interface Answer {

		ClientHttpResponse to(ClientHttpRequest request) throws java.io.IOException;

	}

}
