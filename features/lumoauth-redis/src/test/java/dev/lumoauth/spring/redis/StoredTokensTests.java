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
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link StoredTokens}. Each {@link #replica()} is an application of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoredTokensTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private final MapTokenStore store = new MapTokenStore();

	private Duration timeout = Duration.ofSeconds(30);

	private final WireAgent agent = new WireAgent(lumoAuth);

	@BeforeEach
	void answer() {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("client_credentials"))
			.willReturn(WireAgent.token("agent-MARKER", 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged("exchanged-MARKER", 600)));
	}

	private LumoAuthTokens replica() {
		return replica(this.store, KEY);
	}

	private LumoAuthTokens replica(SharedTokenStore store, byte[] key) {
		this.agent.sharedTokens = new StoredTokens(store, key, this.timeout, this.agent.clock, (pause) -> {
			this.agent.pauses.add(pause);
			this.agent.clock.advance(pause);
		});
		return this.agent.tokens();
	}

	@Test
	void replicasAskForATokenOnce() {
		for (int i = 0; i < 10; i++) {
			LumoAuthTokens replica = replica();
			assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
			assertThat(replica.agentToken().getScopes()).containsExactly("read:documents");
			assertThat(replica.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-MARKER");
		}
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		assertThat(this.store.locks).isEmpty();
	}

	@Test
	void aTokenEndsWhenItEndsWhoeverFetchedIt() {
		replica().agentToken();
		this.agent.clock.advance(Duration.ofSeconds(1000));
		assertThat(replica().agentToken().getExpiresAt()).isEqualTo(this.agent.clock.instant().plusSeconds(2600));
		assertThat(this.store.lives.values()).containsExactly(Duration.ofSeconds(3540));
	}

	@Test
	void whatIsToBeRenewedIsRenewedByOneForAll() {
		LumoAuthTokens first = replica();
		LumoAuthTokens second = replica();
		first.agentToken();
		second.agentToken();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		this.agent.clock.advance(Duration.ofSeconds(3550));
		first.agentToken(); // renews
		second.agentToken();
		assertThat(first.agentToken().getTokenValue()).isEqualTo("agent-2");
		assertThat(second.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void nothingIsSharedBetweenAgentsScopesTargetsAndUsers() {
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("alice"));
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("bob"));
		replica().exchange("urn:a");
		replica().exchange("urn:b");
		this.agent.clientId = "agt_other";
		replica().exchange("urn:a");
		this.agent.scopes = Set.of("x");
		replica().agentToken();
		// Five exchanges, and the agent's token for two agents and for two scopes.
		lumoAuth.verify(5, postRequestedFor(anyUrl()).withRequestBody(containing("token-exchange")));
		lumoAuth.verify(3, postRequestedFor(anyUrl()).withRequestBody(containing("client_credentials")));
		assertThat(this.store.values).hasSize(8);
	}

	@Test
	void whatAnAgentDelegatesIsNotShared() {
		replica().exchange("urn:a", replica().asSubject(null));
		assertThat(this.store.values).hasSize(1); // the agent's own
	}

	@Test
	void aDiscardedTokenIsGoneForAllAndAnotherOneIsNot() {
		LumoAuthTokens first = replica();
		LumoAuthTokens second = replica();
		first.agentToken();
		second.agentToken();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		assertThat(first.discard(first.agentToken())).isTrue();
		assertThat(first.agentToken().getTokenValue()).isEqualTo("agent-2");
		assertThat(second.discard(second.agentToken())).isTrue();
		assertThat(second.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void waitsForTheReplicaThatFetches() {
		LumoAuthTokens fetching = replica();
		LumoAuthTokens waiting = replica(new MapTokenStore() {

			@Override
			public boolean lock(String name, String holder, Duration life) {
				if (name.startsWith("probe")) {
					return super.lock(name, holder, life);
				}
				fetching.agentToken(); // while this one was about to wait
				return false;
			}

			@Override
			public byte @Nullable [] find(String name) {
				return StoredTokensTests.this.store.find(name);
			}
		}, KEY);
		assertThat(waiting.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(this.agent.pauses).containsExactly(StoredTokens.POLL);
		lumoAuth.verify(1, postRequestedFor(anyUrl()));
	}

	@Test
	void asksLumoAuthItselfIfALockIsNeverFree() {
		SharedTokenStore locked = new MapTokenStore() {
			@Override
			public boolean lock(String name, String holder, Duration life) {
				return false;
			}
		};
		this.agent.maxWait = WaitAllowance.DEFAULT_MAX;
		LumoAuthTokens replica = replica(locked, KEY);
		WaitAllowance chat = new WaitAllowance();
		assertThat(chat.call(replica::agentToken).getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(paused()).as("half of the time is LumoAuth's")
			.isBetween(StoredTokens.POLL, WaitAllowance.DEFAULT_MAX.dividedBy(2).plus(StoredTokens.POLL));
		long max = WaitAllowance.DEFAULT_MAX.toNanos();
		assertThat(chat.left(max, System.nanoTime())).as("an answer came").isEqualTo(max);
		this.agent.pauses.clear();
		replica.discard(replica.agentToken());
		chat.call(replica::agentToken);
		assertThat(paused()).as("the lock was not free a moment ago").isZero();
		this.agent.clock.advance(StoredTokens.LOCK);
		replica.discard(replica.agentToken());
		chat.call(replica::agentToken);
		assertThat(paused()).isPositive();
	}

	@Test
	void waitsForNoReplicaLongerThanALockLasts() {
		SharedTokenStore locked = new MapTokenStore() {
			@Override
			public boolean lock(String name, String holder, Duration life) {
				return false;
			}
		};
		this.agent.maxWait = Duration.ofMinutes(1);
		assertThat(replica(locked, KEY).agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(paused()).isLessThanOrEqualTo(StoredTokens.LOCK);
	}

	@Test
	void takesTheTokenThatAnotherReplicaGotWhileLumoAuthRefusedThisOne() {
		this.agent.maxWait = WaitAllowance.DEFAULT_MAX;
		LumoAuthTokens fetching = replica();
		AtomicInteger searches = new AtomicInteger();
		LumoAuthTokens waiting = replica(new MapTokenStore() {

			@Override
			public boolean lock(String name, String holder, Duration life) {
				return false;
			}

			@Override
			public byte @Nullable [] find(String name) {
				boolean refused = !lumoAuth.findAll(postRequestedFor(anyUrl())).isEmpty();
				if (refused && searches.getAndIncrement() == 0) {
					lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
					fetching.agentToken();
				}
				return refused ? StoredTokensTests.this.store.find(name) : null;
			}
		}, KEY);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "20")));
		assertThat(waiting.agentToken().getTokenValue()).isEqualTo("agent-2");
	}

	private Duration paused() {
		return this.agent.pauses.stream().reduce(Duration.ZERO, Duration::plus);
	}

	@Test
	void theWaitForAReplicaCountsWithThatForLumoAuth() {
		AtomicInteger attempts = new AtomicInteger();
		LumoAuthTokens waiting = replica(new MapTokenStore() {
			@Override
			public boolean lock(String name, String holder, Duration life) {
				return attempts.incrementAndGet() % 10 == 0;
			}
		}, KEY);
		WaitAllowance chat = new WaitAllowance();
		long max = WaitAllowance.DEFAULT_MAX.toNanos();
		chat.call(waiting::agentToken);
		assertThat(chat.left(max, System.nanoTime())).as("an answer came").isEqualTo(max);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(aResponse().withStatus(503)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> chat.call(() -> waiting.exchange("urn:a")));
		assertThat(chat.left(max, System.nanoTime())).isLessThanOrEqualTo(max - StoredTokens.POLL.toNanos() * 9);
	}

	@Test
	void aFailureIsNobodyElses() {
		lumoAuth.stubFor(post(WireAgent.TOKEN)
			.willReturn(aResponse().withStatus(429).withHeader("Retry-After", "20").withBody("{}")));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(replica()::agentToken);
		assertThat(this.store.values).isEmpty();
		assertThat(this.store.locks).isEmpty();
	}

	@Test
	void whatIsKeptSaysNothing(CapturedOutput output) {
		replica().exchange(new TokenTarget("urn:a", null, Set.of()), UserToken.of("alice-MARKER"));
		assertThat(this.store.values).hasSize(2);
		this.store.values.forEach((name, value) -> {
			assertThat(name).matches("[0-9a-f]{64}");
			assertThat(new String(value, StandardCharsets.ISO_8859_1)).doesNotContain("MARKER", "read:documents",
					"urn:a");
		});
		assertThat(output).doesNotContain("MARKER");
	}

	@Test
	void aValueThatWasChangedOrMovedIsNotUsed(CapturedOutput output) {
		LumoAuthTokens replica = replica();
		replica.agentToken();
		replica.exchange("urn:a");
		String[] names = this.store.values.keySet().toArray(String[]::new);
		Map<String, byte[]> before = Map.copyOf(this.store.values);
		this.store.values.put(names[0], before.get(names[1]));
		this.store.values.put(names[1], before.get(names[0]));
		replica().exchange("urn:a");
		lumoAuth.verify(4, postRequestedFor(anyUrl()));
		this.store.values.values().forEach((value) -> value[20] ^= 1);
		replica().exchange("urn:a");
		lumoAuth.verify(6, postRequestedFor(anyUrl()));
		assertThat(output).contains("someone has changed the stored value");
	}

	@Test
	void aReplicaWithAnotherKeySharesNothing() {
		replica().agentToken();
		replica(this.store, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII)).agentToken();
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		assertThat(this.store.values).hasSize(2);
	}

	@Test
	void goesWithoutAStoreThatFailsAndSaysSoOnce(CapturedOutput output) {
		MapTokenStore failing = new MapTokenStore() {
			@Override
			public byte @Nullable [] find(String name) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public void save(String name, byte[] value, Duration life) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public boolean lock(String name, String holder, Duration life) {
				throw new IllegalStateException("no connection");
			}

			@Override
			public void unlock(String name, String holder) {
				throw new IllegalStateException("no connection");
			}
		};
		LumoAuthTokens replica = replica(failing, KEY);
		assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(replica.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-MARKER");
		assertThat(this.agent.pauses).isEmpty();
		assertThat(output).containsOnlyOnce("lumoauth.token-store");
	}

	@Test
	void leavesAStoreThatHangsAloneAfterOneFailure(CapturedOutput output) {
		SwitchedStore store = new SwitchedStore();
		LumoAuthTokens replica = replica(store, KEY);
		replica.agentToken();
		int before = store.calls.get();
		this.timeout = Duration.ofMillis(50);
		replica = replica(store, KEY);
		store.hangs = true;
		for (int i = 0; i < 20; i++) {
			assertThat(replica.exchange("urn:" + i).getTokenValue()).isEqualTo("exchanged-MARKER");
		}
		assertThat(store.calls).hasValue(before + 1);
		assertThat(output).containsOnlyOnce("The shared token store (lumoauth.token-store) can't be used")
			.contains("lumoauth.token-store.timeout");
		this.agent.clock.advance(StoreAccess.LEFT_ALONE.minusMillis(1));
		replica.exchange("urn:later");
		assertThat(store.calls).hasValue(before + 1);
		this.agent.clock.advance(Duration.ofMillis(1));
		replica.exchange("urn:asked again");
		assertThat(store.calls).hasValue(before + 2);
		assertThat(output).containsOnlyOnce("can't be used");
		store.go();
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		replica.exchange("urn:answered");
		assertThat(store.values).hasSize(2);
		assertThat(output).containsOnlyOnce("The shared token store answers again").doesNotContain("MARKER");
	}

	@Test
	void leavesTheStoreAloneFromTheStopToTheNextStart(CapturedOutput output) throws Exception {
		SwitchedStore store = new SwitchedStore();
		LumoAuthTokens replica = replica(store, KEY);
		StoredTokens shared = (StoredTokens) this.agent.sharedTokens;
		store.hangs = true;
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try {
			Future<String> asking = threads.submit(() -> replica.agentToken().getTokenValue());
			store.hanging.acquire();
			shared.stop();
			store.fails = true;
			store.go();
			assertThat(asking.get(60, TimeUnit.SECONDS)).isEqualTo("agent-MARKER");
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(replica.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-MARKER");
		replica.forget(Set.of("anna"));
		assertThat(store.calls).hasValue(1);
		assertThat(shared.isRunning()).isFalse();
		assertThat(output).doesNotContain("lumoauth.token-store");
		store.fails = false;
		shared.start();
		replica.exchange("urn:b");
		assertThat(store.values).isNotEmpty();
		assertThat(shared.isRunning()).isTrue();
	}

	@Test
	void oneCallAsksAStoreThatFailedWhileTheOthersGoOn() throws Exception {
		SwitchedStore store = new SwitchedStore();
		LumoAuthTokens replica = replica(store, KEY);
		store.fails = true;
		replica.agentToken();
		store.fails = false;
		store.hangs = true;
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		int before = store.calls.get();
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try {
			Future<String> asking = threads.submit(() -> replica.exchange("urn:asking").getTokenValue());
			store.hanging.acquire();
			assertThat(replica.exchange("urn:other").getTokenValue()).isEqualTo("exchanged-MARKER");
			assertThat(store.calls).hasValue(before + 1);
			assertThat(asking).isNotDone();
			store.go();
			assertThat(asking.get(60, TimeUnit.SECONDS)).isEqualTo("exchanged-MARKER");
			replica.exchange("urn:again");
			assertThat(store.values).hasSize(2); // of "asking" and "again"
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void doesNotWaitForEverOnceTheStoreWasAskedByAClockThatIsPutBack() {
		SwitchedStore store = new SwitchedStore();
		store.fails = true;
		LumoAuthTokens replica = replica(store, KEY);
		replica.agentToken();
		store.fails = false;
		this.agent.clock.advance(Duration.ofDays(-1));
		replica.exchange("urn:a");
		assertThat(store.values).isNotEmpty();
	}

	@Test
	void remembersARejectedTokenWhileTheStoreIsAway() {
		SwitchedStore store = new SwitchedStore();
		LumoAuthTokens replica = replica(store, KEY);
		OAuth2AccessToken rejected = replica.agentToken();
		byte[] kept = store.values.values().iterator().next();
		store.fails = true;
		assertThat(replica.discard(rejected)).isTrue();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-2", 3600)));
		OAuth2AccessToken second = replica.agentToken();
		assertThat(second.getTokenValue()).isEqualTo("agent-2");
		assertThat(store.values.values()).containsExactly(kept);
		store.fails = false;
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		assertThat(replica.discard(second)).isTrue();
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-3", 3600)));
		assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-3");
	}

	@Test
	void anInterruptedThreadSaysNothingOfTheStore(CapturedOutput output) {
		SwitchedStore store = new SwitchedStore();
		StoreAccess access = new StoreAccess(store, Duration.ofSeconds(30), this.agent.clock);
		store.hangs = true;
		Thread.currentThread().interrupt();
		assertThat(access.ask((asked) -> asked.lock("l", "h", Duration.ZERO), true)).isTrue();
		assertThat(Thread.interrupted()).isTrue();
		store.go();
		assertThat(access.ask((asked) -> asked.lock("m", "h", Duration.ZERO), false)).isTrue();
		assertThat(output).doesNotContain("can't be used");
	}

	@Test
	void goesWithoutTheStoreOnceItIsClosed(CapturedOutput output) {
		LumoAuthTokens replica = replica();
		((StoredTokens) this.agent.sharedTokens).close();
		assertThat(replica.agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		assertThat(this.store.values).isEmpty();
		assertThat(output).doesNotContain("can't be used");
	}

	@Test
	void asksTheStoreOnThreadsThatKnowNoUser() {
		InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
		user.set("alice");
		StoreAccess access = new StoreAccess(this.store, Duration.ofSeconds(30), this.agent.clock);
		assertThat(access.ask((store) -> String.valueOf(user.get()), "")).isEqualTo("null");
	}

	@Test
	void usesNoTokenFromTheFutureAndSaysSo(CapturedOutput output) {
		WireAgent ahead = new WireAgent(lumoAuth);
		ahead.clock.advance(Duration.ofHours(1));
		ahead.sharedTokens = new StoredTokens(this.store, new byte[32], this.timeout, ahead.clock, (pause) -> {
		});
		for (int i = 0; i < 2; i++) {
			ahead.tokens().agentToken();
			this.agent.sharedTokens = new StoredTokens(this.store, new byte[32], this.timeout, this.agent.clock,
					(pause) -> {
					});
			this.agent.tokens().agentToken();
			this.agent.tokens().agentToken();
		}
		lumoAuth.verify(4, postRequestedFor(anyUrl()));
		assertThat(output).contains("is from the future").contains("Set the clocks");
	}

	@Test
	void readsNoValueThatIsLongerThanATokenCanBe(CapturedOutput output) {
		replica().agentToken();
		this.store.values.replaceAll((name, value) -> Arrays.copyOf(value, SharedTokenStore.MAX_BYTES + 1));
		assertThat(replica().agentToken().getTokenValue()).isEqualTo("agent-MARKER");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
		assertThat(output).contains("someone has changed the stored value");
	}

	@Test
	void keepsNoValueThatWouldNotBeRead() {
		lumoAuth
			.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("t".repeat(SharedTokenStore.MAX_BYTES), 3600)));
		replica().agentToken();
		assertThat(this.store.values).isEmpty();
	}

	@Test
	void aShortKeyIsNone() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new StoredTokens(this.store, new byte[31], this.timeout, this.agent.clock, (pause) -> {
			}));
	}

	/**
	 * A store that fails or hangs when told to.
	 */
	private static final class SwitchedStore extends MapTokenStore {

		final AtomicInteger calls = new AtomicInteger();

		final Semaphore hanging = new Semaphore(0);

		volatile boolean fails;

		volatile boolean hangs;

		private volatile CountDownLatch gate = new CountDownLatch(1);

		void go() {
			this.hangs = false;
			this.gate.countDown();
			this.gate = new CountDownLatch(1);
		}

		private void called() {
			this.calls.incrementAndGet();
			if (this.hangs) {
				CountDownLatch gate = this.gate;
				this.hanging.release();
				try {
					gate.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
			if (this.fails) {
				throw new IllegalStateException("no connection");
			}
		}

		@Override
		public byte @Nullable [] find(String name) {
			called();
			return super.find(name);
		}

		@Override
		public void save(String name, byte[] value, Duration life) {
			called();
			super.save(name, value, life);
		}

		@Override
		public void remove(String name, byte[] value) {
			called();
			super.remove(name, value);
		}

		@Override
		public boolean lock(String name, String holder, Duration life) {
			called();
			return super.lock(name, holder, life);
		}

		@Override
		public void unlock(String name, String holder) {
			called();
			super.unlock(name, holder);
		}

	}

}
