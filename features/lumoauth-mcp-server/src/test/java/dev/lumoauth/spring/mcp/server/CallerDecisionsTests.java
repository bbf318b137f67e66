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

package dev.lumoauth.spring.mcp.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import org.junit.jupiter.api.Test;

import static dev.lumoauth.spring.mcp.server.Callers.as;
import static dev.lumoauth.spring.mcp.server.Callers.caller;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallerDecisions}.
 */
class CallerDecisionsTests {

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read");

	private final ManualClock clock = new ManualClock();

	private final FakeCapabilitySource agent = new FakeCapabilitySource().grant("read");

	private final Map<String, FakeCapabilitySource> sources = new ConcurrentHashMap<>();

	private CallerDecisions callers = callers((caller) -> source(caller.getName()));

	private CapabilityDecisions decisions = decisions();

	private CallerDecisions callers(CallerCapabilitySource source) {
		return new CallerDecisions(source,
				CapabilityDecisions.builder(this.agent)
					.allowTtl(Duration.ofSeconds(30))
					.denyTtl(Duration.ofSeconds(5))
					.staleIfUnavailable(Duration.ofHours(1))
					.clock(this.clock),
				this.clock);
	}

	private CapabilityDecisions decisions() {
		return this.callers.or(CapabilityDecisions.builder(this.agent).allowTtl(Duration.ofSeconds(30)).build());
	}

	private FakeCapabilitySource source(String caller) {
		return this.sources.computeIfAbsent(caller, (key) -> new FakeCapabilitySource());
	}

	private CallerAuthenticationToken until(String subject, Duration life, String... scopes) {
		Instant now = this.clock.instant();
		return caller(Map.of("sub", subject, "scope", String.join(" ", scopes)), now, now.plus(life));
	}

	private CallerAuthenticationToken hour(String subject, String... scopes) {
		return until(subject, Duration.ofHours(1), scopes);
	}

	private boolean allowed(CallerAuthenticationToken caller) {
		return as(caller, () -> this.decisions.decide(READ)).isGranted();
	}

	@Test
	void decidesForTheAgentWhereThereIsNoCaller() {
		source("alice").deny("read");
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
		assertThat(allowed(hour("alice"))).isFalse();
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
	}

	@Test
	void neverTakesTheAgentsAnswerForACallers() {
		this.decisions.decide(READ);
		source("alice").deny("read");
		CallerAuthenticationToken alice = hour("alice");
		assertThat(as(alice, () -> this.decisions.known(READ)) == null).isTrue();
		assertThat(as(alice, () -> this.decisions.decide(READ)).missing()).containsExactly("read");
		assertThat(as(alice, () -> this.decisions.decideEach(List.of("read"))).get("read").isGranted()).isFalse();
		assertThat(as(alice, () -> this.decisions.decideKnown(READ, "tool")).isGranted()).isFalse();
	}

	@Test
	void remembersForEachTokenByItself() {
		source("alice").grant("read");
		source("bob").deny("read");
		CallerAuthenticationToken alice = hour("alice");
		CallerAuthenticationToken bob = hour("bob");
		for (int i = 0; i < 3; i++) {
			assertThat(allowed(alice)).isTrue();
			assertThat(allowed(bob)).isFalse();
		}
		assertThat(source("alice").questions()).hasSize(1);
		assertThat(source("bob").questions()).hasSize(1);
	}

	@Test
	void tellsCallersApartWhoDifferInNothingButTheirActorOrTheirClient() {
		AtomicInteger asked = new AtomicInteger();
		this.callers = callers((caller) -> (names) -> {
			asked.incrementAndGet();
			return Map.of("read", "agt_1".equals(caller.getCaller().clientId()));
		});
		this.decisions = decisions();
		Instant now = this.clock.instant();
		Instant end = now.plusSeconds(60);
		assertThat(allowed(caller(Map.of("sub", "alice", "client_id", "agt_1"), now, end))).isTrue();
		assertThat(allowed(caller(Map.of("sub", "alice", "client_id", "agt_2"), now, end))).isFalse();
		assertThat(allowed(caller(Map.of("sub", "alice", "act", Map.of("sub", "agt_1")), now, end))).isFalse();
		assertThat(asked).hasValue(3);
	}

	@Test
	void aTokenThatHasEndedAllowsNothingAndNobodyIsAsked() {
		source("alice").grant("read");
		CallerAuthenticationToken alice = until("alice", Duration.ofSeconds(10));
		assertThat(allowed(alice)).isTrue();
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(allowed(alice)).isFalse();
		assertThat(as(alice, () -> this.decisions.decideEach(List.of("read"))).get("read").missing())
			.containsExactly("read");
		assertThat(source("alice").questions()).hasSize(1);
	}

	@Test
	void usesNoAllowOfACallerPastItsLifetime() {
		source("alice").grant("read");
		CallerAuthenticationToken alice = hour("alice");
		assertThat(allowed(alice)).isTrue();
		this.clock.advance(Duration.ofSeconds(31));
		source("alice").fail(new LumoAuthUnavailableException("down", null, true));
		assertThat(as(alice, () -> this.decisions.decide(READ)).outcome())
			.isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
	}

	@Test
	void forgetsWhoIsMeantByWhateverName() {
		Instant now = this.clock.instant();
		Map<String, Object> claims = Map.of("sub", "agent_agt_9", "email", "alice@example.com", "act",
				Map.of("sub", "a", "act", Map.of("sub", "x".repeat(500))));
		for (String name : List.of("agt_9", "agent_agt_9", "alice@example.com", "a", "x".repeat(500))) {
			this.sources.clear();
			FakeCapabilitySource source = source("agent_agt_9").grant("read");
			CallerAuthenticationToken alice = caller(claims, now, now.plusSeconds(60));
			this.callers = callers((caller) -> source(caller.getName()));
			this.decisions = decisions();
			assertThat(allowed(alice)).isTrue();
			source.deny("read");
			this.callers.revoked(new Revocation(Effect.DECISIONS, Set.of("somebody else")));
			assertThat(allowed(alice)).isTrue();
			this.callers.revoked(new Revocation(Effect.DECISIONS, Set.of(name)));
			assertThat(allowed(alice)).as(name).isFalse();
		}
	}

	@Test
	void forgetsAllWhereNobodyKnowsWhoIsMeant() {
		source("alice").grant("read");
		CallerAuthenticationToken alice = hour("alice");
		assertThat(allowed(alice)).isTrue();
		source("alice").deny("read");
		this.callers.revoked(Revocation.ofEveryone(Effect.DECISIONS));
		assertThat(allowed(alice)).isFalse();
	}

	@Test
	void keepsNoAnswerThatWasUnderWayWhenItWasTakenAway() {
		FakeCapabilitySource source = source("alice").grant("read");
		CallerAuthenticationToken alice = hour("alice");
		source.before((names) -> this.callers.revoked(new Revocation(Effect.DECISIONS, Set.of("alice"))));
		assertThat(allowed(alice)).isTrue();
		source.recover();
		source.deny("read");
		assertThat(allowed(alice)).isFalse();
	}

	@Test
	void scopesAreTheCapabilities() {
		this.callers = callers(CallerCapabilitySource.scopes());
		this.decisions = decisions();
		assertThat(allowed(hour("alice", "read", "write"))).isTrue();
		assertThat(allowed(hour("alice", "readme"))).isFalse();
	}

	@Test
	void aTokenIsTakenAwayAlsoIfTheClockOfItsIssuerIsAsFarAheadAsIsAccepted() {
		this.callers = callers(CallerCapabilitySource.scopes());
		this.decisions = decisions();
		this.clock.advance(Duration.ofSeconds(30));
		CallerAuthenticationToken alice = hour("alice", "read");
		this.clock.advance(Duration.ofSeconds(-30));
		assertThat(allowed(alice)).isTrue();
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("alice")));
		assertThat(allowed(alice)).isFalse();
	}

	@Test
	void aTokenThatWasTakenAwayGivesNoScopesAndALaterOneDoes() {
		this.callers = callers(CallerCapabilitySource.scopes());
		this.decisions = decisions();
		CallerAuthenticationToken alice = hour("alice", "read");
		CallerAuthenticationToken bob = hour("bob", "read");
		this.callers.revoked(new Revocation(Effect.DECISIONS, Set.of("alice")));
		assertThat(allowed(alice)).isTrue();
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("alice")));
		assertThat(allowed(alice)).isFalse();
		assertThat(allowed(bob)).isTrue();
		this.clock.advance(RevokedCallers.CLOCK_SKEW.plusSeconds(1));
		assertThat(allowed(hour("alice", "read"))).isTrue();
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("Bob")));
		assertThat(allowed(bob)).as("however the name is capitalized").isFalse();
		CallerAuthenticationToken ismail = hour("\u0130smail", "read");
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("ismail")));
		assertThat(allowed(ismail)).as("as events compare names").isFalse();
		CallerAuthenticationToken carol = hour("carol", "read");
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("u7", "someone@example.com")));
		assertThat(allowed(carol)).isTrue();
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("someone@example.com")));
		assertThat(allowed(carol)).as("the address may be hers").isFalse();
		CallerAuthenticationToken dave = hour("dave", "read");
		this.callers.revoked(Revocation.ofEveryone(Effect.DISABLED));
		assertThat(allowed(dave)).isFalse();
	}

	@Test
	void namesOfWhomTokensWereTakenAwayAreBoundedByTakingMoreAway() {
		this.callers = callers(CallerCapabilitySource.scopes());
		this.decisions = decisions();
		CallerAuthenticationToken bob = hour("bob", "read");
		IntStream.range(0, RevokedCallers.MAX_NAMES)
			.forEach((i) -> this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("user-" + i))));
		assertThat(allowed(bob)).isTrue();
		this.callers.revoked(new Revocation(Effect.TOKENS, Set.of("one more")));
		assertThat(allowed(bob)).isFalse();
		assertThat(allowed(hour("user-1", "read"))).isFalse();
	}

	@Test
	void remembersAThousandCallersAtMostThoseWhoCalledLast() {
		this.callers = callers((caller) -> (names) -> Map.of("read", true));
		this.decisions = decisions();
		CallerAuthenticationToken first = hour("first");
		allowed(first);
		for (int i = 0; i < 3 * CallerDecisions.MAX_CALLERS; i++) {
			this.clock.advance(Duration.ofMillis(1));
			allowed(hour("caller-" + i));
			assertThat(this.callers.size()).isLessThanOrEqualTo(CallerDecisions.MAX_CALLERS);
		}
		assertThat(this.callers.size()).isGreaterThan(CallerDecisions.MAX_CALLERS / 2);
	}

	@Test
	void aThousandCallersOnEightThreadsAreNeverMixed() {
		this.callers = callers((caller) -> (names) -> Map.of("read", caller.getName().endsWith("1")));
		this.decisions = decisions();
		List<CallerAuthenticationToken> all = IntStream.range(0, 1_000).mapToObj((i) -> hour("caller-" + i)).toList();
		long mixed = IntStream.range(0, 20_000)
			.parallel()
			.filter((i) -> allowed(all.get(i % 1_000)) != all.get(i % 1_000).getName().endsWith("1"))
			.count();
		assertThat(mixed).isZero();
	}

	@Test
	void asksAboutTheToolWhereLumoAuthKnowsTools() {
		FakeCapabilitySource source = new FakeCapabilitySource().grant("search").deny("delete");
		this.callers = callers(new CallerCapabilitySource() {

			@Override
			public CapabilitySource of(CallerAuthenticationToken caller) {
				return source;
			}

			@Override
			public boolean isAboutTools() {
				return true;
			}

		});
		this.decisions = decisions();
		CallerAuthenticationToken alice = hour("alice");
		assertThat(decided(alice, () -> this.decisions.decide(READ, "search")).isGranted()).isTrue();
		assertThat(decided(alice, () -> this.decisions.decide(READ, "delete")).missing()).containsExactly("read");
		assertThat(decided(alice, () -> this.decisions.decide(READ)).outcome())
			.isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
		assertThat(decided(alice, () -> this.decisions.decide(READ, "no tool")).outcome())
			.isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
		assertThat(as(alice, () -> this.decisions.decideTools(Map.of("search", READ, "delete", READ))))
			.hasEntrySatisfying("search", (decision) -> assertThat(decision.isGranted()).isTrue())
			.hasEntrySatisfying("delete", (decision) -> assertThat(decision.isGranted()).isFalse());
		assertThat(source.questions()).hasSize(2);
	}

	private static CapabilityDecision decided(CallerAuthenticationToken caller, Supplier<CapabilityDecision> action) {
		return as(caller, action);
	}

}
