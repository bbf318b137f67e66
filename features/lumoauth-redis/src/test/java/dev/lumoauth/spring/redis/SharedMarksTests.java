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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.Parameters;
import com.github.tomakehurst.wiremock.extension.ServeEventListener;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SharedMarks}. Of the replicas, which share a store, one hears of an
 * event.
 */
class SharedMarksTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance()
		.options(WireMockConfiguration.options().dynamicPort().extensions(new Meanwhile()))
		.build();

	private static final byte[] KEY = "0123456789-0123456789-0123456789".getBytes(StandardCharsets.US_ASCII);

	private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

	private static final UserToken ANNA = user("anna", "anna@example.com");

	private static final UserToken BERTA = user("berta", "berta@example.com");

	/** What the store does not answer about. */
	private final Set<String> unreachable = ConcurrentHashMap.newKeySet();

	/** What the store waits for before it saves anything. */
	private volatile CountDownLatch saving = new CountDownLatch(0);

	/** What happens once the store has found something. */
	private volatile Consumer<String> found = (name) -> {
	};

	private final MapTokenStore store = new MapTokenStore() {

		@Override
		public byte @Nullable [] find(String name) {
			if (SharedMarksTests.this.unreachable.contains(name)) {
				throw new IllegalStateException("no connection");
			}
			byte[] value = super.find(name);
			SharedMarksTests.this.found.accept(name);
			return value;
		}

		@Override
		public void save(String name, byte[] value, Duration life) {
			try {
				SharedMarksTests.this.saving.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			super.save(name, value, life);
		}

	};

	private final WireAgent agent = new WireAgent(lumoAuth);

	private final LumoAuthTokens told = replica();

	@BeforeEach
	void answer() {
		answer("1");
		this.told.agentToken();
		this.told.exchange("urn:a", TokenSubject.of(ANNA));
		this.told.exchange("urn:a", TokenSubject.of(BERTA));
		answer("2");
		lumoAuth.resetRequests();
	}

	private static void answer(String token) {
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("client_credentials"))
			.willReturn(WireAgent.token(token, 3600)));
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("token-exchange"))
			.willReturn(WireAgent.exchanged(token, 600)));
	}

	private LumoAuthTokens replica() {
		return replica(this.agent.clock);
	}

	private LumoAuthTokens replica(Clock clock) {
		this.agent.sharedTokens = new StoredTokens(this.store, KEY, Duration.ofSeconds(30), clock,
				this.agent.clock::advance);
		LumoAuthTokens replica = this.agent.tokens();
		replica.knownAs(WireAgent.CLIENT_ID);
		return replica;
	}

	private static UserToken user(String name, String address) {
		return UserToken
			.of(new PlainJWT(new JWTClaimsSet.Builder().subject(name).claim("email", address).build()).serialize());
	}

	private void forget(String... subjects) {
		forget(this.told, subjects);
	}

	private void forget(LumoAuthTokens replica, String... subjects) {
		int before = this.store.saved.size();
		replica.forget(Set.of(subjects));
		awaitMarks(before);
	}

	/**
	 * Wait for all marks of an event. The latest mark is the last that is saved.
	 * @param before how much was saved before the event
	 */
	private void awaitMarks(int before) {
		String latest = latest();
		while (this.store.saved.stream().skip(before).noneMatch(latest::equals)) {
			Thread.onSpinWait();
		}
	}

	private static String latest() {
		return new TokenSeal(KEY).name(lumoAuth.baseUrl() + WireAgent.TOKEN + " " + WireAgent.CLIENT_ID, "latest");
	}

	private static String token(LumoAuthTokens replica, UserToken user) {
		return replica.exchange("urn:a", TokenSubject.of(user)).getTokenValue();
	}

	@Test
	void aReplicaThatStartsLaterTakesNoOlderToken() {
		forget(WireAgent.CLIENT_ID);
		assertThat(replica().agentToken().getTokenValue()).isEqualTo("2");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		// Shared at once, and not only after the time that clocks may differ by.
		assertThat(replica().agentToken().getTokenValue()).isEqualTo("2");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		lumoAuth.verify(2, postRequestedFor(anyUrl()));
	}

	@Test
	void anEventAboutAUserIsAboutNoOther() {
		forget("ANNA");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		assertThat(token(replica(), BERTA)).isEqualTo("1");
		assertThat(replica().agentToken().getTokenValue()).isEqualTo("1");
	}

	@Test
	void aSharedTokenIsAlsoOfTheUserWhomTheTokenItselfNames() {
		UserToken elsewhere = user("idp|7", "ida@idp.example.com");
		answer(new PlainJWT(new JWTClaimsSet.Builder().subject("usr_42").build()).serialize());
		String first = token(this.told, elsewhere);
		answer("2");
		forget("usr_43");
		assertThat(token(replica(), elsewhere)).isEqualTo(first);
		forget("usr_42");
		assertThat(token(replica(), elsewhere)).isEqualTo("2");
	}

	@Test
	void aNameIsTheSameHoweverItIsCapitalizedInAnyLanguage() {
		UserToken ida = user("ida", "ida@example.com");
		answer("1");
		token(this.told, ida);
		answer("2");
		forget("\u0130DA"); // with a dot above, of which there is a longer lower case
		assertThat(token(replica(), ida)).isEqualTo("2");
	}

	@Test
	void ofAnOpaqueTokenNobodyKnowsWhoseItIs() {
		UserToken opaque = UserToken.of("opaque");
		UserToken withoutAddress = UserToken
			.of(new PlainJWT(new JWTClaimsSet.Builder().subject("u1").build()).serialize());
		answer("1");
		List.of(opaque, withoutAddress).forEach((user) -> token(this.told, user));
		answer("2");
		forget("anna");
		assertThat(token(replica(), opaque)).isEqualTo("2");
		assertThat(token(replica(), withoutAddress)).isEqualTo("1");
		forget("anna@example.com");
		assertThat(token(replica(), withoutAddress)).isEqualTo("2");
		assertThat(token(replica(), BERTA)).isEqualTo("1");
	}

	@Test
	void whatIsBeingFetchedWhenTheEventComesIsNeitherTakenNorSaved() {
		LumoAuthTokens late = replica();
		this.store.values.clear();
		answer("under-way");
		MEANWHILE.set(() -> MEANWHILE.set(() -> { // the first request is for the agent's
													// own
			forget("anna");
			answer("2");
		}));
		assertThat(token(late, ANNA)).isEqualTo("2");
		assertThat(token(late, BERTA)).isEqualTo("2");
		assertThat(this.store.values).hasSize(5); // two tokens and three marks
		assertThat(token(replica(), ANNA)).isEqualTo("2");
	}

	@Test
	void whatIsBeingFetchedByTheReplicaThatIsToldIsNotSaved() {
		answer("under-way");
		MEANWHILE.set(() -> {
			this.told.forget(Set.of("anna"));
			answer("2");
		});
		this.told.exchange("urn:b", TokenSubject.of(ANNA));
		assertThat(this.told.exchange("urn:b", TokenSubject.of(ANNA)).getTokenValue()).isEqualTo("2");
		assertThat(replica().exchange("urn:b", TokenSubject.of(ANNA)).getTokenValue()).isEqualTo("2");
	}

	@Test
	void aMarkThatSomebodyHasChangedCountsForEver() {
		Set<String> tokens = Set.copyOf(this.store.values.keySet());
		forget("berta");
		this.store.values.forEach((name, value) -> {
			if (!tokens.contains(name)) {
				value[20] ^= 1;
			}
		});
		assertThat(token(replica(), BERTA)).isEqualTo("2");
		assertThat(token(replica(), ANNA)).isEqualTo("1");
	}

	@Test
	void aTokenDoesNotCountWhereTheStoreCannotSayWhetherItIsMarked() {
		Set<String> tokens = Set.copyOf(this.store.values.keySet());
		forget("anna");
		this.unreachable.addAll(this.store.values.keySet());
		this.unreachable.removeAll(tokens);
		assertThat(token(replica(), ANNA)).isEqualTo("2");
	}

	@Test
	void aSecondEventCountsWhereItsReplicasClockIsBehind() {
		forget("anna");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		answer("3");
		forget(replica(Clock.offset(this.agent.clock, Duration.ofSeconds(-1))), "anna");
		assertThat(token(replica(), ANNA)).isEqualTo("3");
	}

	@Test
	void aTokenOfAReplicaWhoseClockIsAheadIsForgottenAsAnyOther() {
		LumoAuthTokens ahead = replica(Clock.offset(this.agent.clock, Duration.ofSeconds(20)));
		answer("1");
		ahead.exchange("urn:b", TokenSubject.of(ANNA));
		answer("2");
		forget("anna");
		assertThat(this.told.exchange("urn:b", TokenSubject.of(ANNA)).getTokenValue()).isEqualTo("2");
		assertThat(replica().exchange("urn:b", TokenSubject.of(ANNA)).getTokenValue()).isEqualTo("2");
	}

	@Test
	void anEventOfAReplicaWhoseClockIsAnHourBehindCounts() {
		forget(replica(Clock.offset(this.agent.clock, Duration.ofHours(-1))), "anna");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		assertThat(token(replica(), BERTA)).isEqualTo("1");
	}

	@Test
	void theLatestMarkIsNeverPutBackByAReplicaThatMarksAtTheSameTime() {
		LumoAuthTokens ahead = replica(Clock.offset(this.agent.clock, Duration.ofHours(1)));
		String latest = latest();
		int before = this.store.saved.size();
		AtomicBoolean first = new AtomicBoolean(true);
		this.found = (name) -> {
			if (name.equals(latest) && first.compareAndSet(true, false)) {
				ahead.forget(Set.of("anna"));
				for (int i = 0; i < 50 && this.store.values.get(latest) == null; i++) {
					LockSupport.parkNanos(10_000_000);
				}
			}
		};
		this.told.forget(Set.of("anna"));
		TokenSeal seal = new TokenSeal(KEY);
		Awaitility.await().until(() -> this.store.saved.stream().skip(before).filter(latest::equals).count() == 2);
		Long last = seal.openMark(latest, this.store.values.get(latest));
		assertThat(last).isGreaterThan(this.agent.clock.instant().plus(Duration.ofMinutes(59)).toEpochMilli());
	}

	@Test
	void anEventCountsBeforeItIsMarkedAlsoAfterOneOfAReplicaWhoseClockIsAnHourAhead() {
		forget(replica(Clock.offset(this.agent.clock, Duration.ofHours(1))), "anna");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		answer("3");
		LumoAuthTokens second = replica();
		assertThat(second.agentToken().getTokenValue()).isEqualTo("1");
		CountDownLatch saving = new CountDownLatch(1);
		this.saving = saving;
		second.forget(Set.of("anna"));
		assertThat(token(second, ANNA)).isEqualTo("3");
		assertThat(token(second, BERTA)).isEqualTo("1");
		saving.countDown();
	}

	@Test
	void anEventIsTheFirstThatAStoreIsToldAfterAnOutage() {
		this.unreachable.addAll(this.store.values.keySet());
		this.told.discard(this.told.agentToken());
		this.told.agentToken();
		this.unreachable.clear();
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		forget("anna");
		assertThat(token(replica(), ANNA)).isEqualTo("2");
	}

	@Test
	void anEventDuringAnOutageIsMarkedOnceTheStoreAnswers() {
		this.unreachable.addAll(this.store.values.keySet());
		this.told.discard(this.told.agentToken());
		this.told.agentToken(); // finds the store out of reach
		int before = this.store.saved.size();
		this.told.forget(Set.of("anna"));
		this.told.forget(Set.of("nobody"));
		this.unreachable.clear();
		assertThat(this.store.saved).hasSize(before);
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		this.told.exchange("urn:b", TokenSubject.of(BERTA)); // asks the store again
		awaitMarks(before);
		assertThat(token(replica(), ANNA)).isEqualTo("2");
		assertThat(token(replica(), BERTA)).isEqualTo("1");
	}

	@Test
	void moreEventsThanAreKeptDuringAnOutageAreAboutAll() {
		this.unreachable.addAll(this.store.values.keySet());
		this.told.discard(this.told.agentToken());
		this.told.agentToken();
		for (int i = 0; i <= SharedMarks.MAX_UNSAVED; i++) {
			this.told.forget(Set.of("user" + i));
		}
		this.unreachable.clear();
		this.agent.clock.advance(StoreAccess.LEFT_ALONE);
		int before = this.store.saved.size();
		this.told.forget(Set.of("nobody"));
		awaitMarks(before);
		assertThat(token(replica(), ANNA)).isEqualTo("2");
	}

	@Test
	void anEventAboutManyIsAboutAll() {
		Set<String> many = new HashSet<>();
		for (int i = 0; i <= SharedMarks.MAX_SUBJECTS; i++) {
			many.add("user" + i);
		}
		forget(many.toArray(String[]::new));
		assertThat(token(replica(), ANNA)).isEqualTo("2");
	}

	/**
	 * What happens before an answer is sent.
	 */
	private static final class Meanwhile implements ServeEventListener {

		@Override
		public void beforeResponseSent(ServeEvent event, Parameters parameters) {
			Runnable meanwhile = MEANWHILE.getAndSet(null);
			if (meanwhile != null) {
				meanwhile.run();
			}
		}

		@Override
		public String getName() {
			return "meanwhile";
		}

	}

	@Test
	void whatReplicasShareCountsOnlyIfItIsNewer() {
		ForgottenTokens forgotten = new ForgottenTokens();
		forgotten.add(Instant.ofEpochMilli(1_000), (names) -> names != null && names.contains("anna"));
		assertThat(forgotten.has(999, Set.of("anna"))).isTrue();
		assertThat(forgotten.has(1_000, Set.of("anna"))).isFalse();
		assertThat(forgotten.has(999, Set.of("berta"))).isFalse();
		assertThat(forgotten.has(999, null)).isFalse();
		for (int i = 0; i < ForgottenTokens.MAX; i++) {
			forgotten.add(Instant.ofEpochMilli(2_000), (names) -> false);
		}
		assertThat(forgotten.has(999, Set.of("berta"))).as("of those before, no token at all counts").isTrue();
		assertThat(forgotten.has(1_000, Set.of("berta"))).isFalse();
	}

}
