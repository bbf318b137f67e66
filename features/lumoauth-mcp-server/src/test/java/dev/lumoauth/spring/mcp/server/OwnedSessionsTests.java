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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.jwt.Jwt;

import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.revocation.Revocation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OwnedSessions}.
 */
class OwnedSessionsTests {

	private final ManualClock clock = new ManualClock();

	private final OwnedSessions sessions = new OwnedSessions(100, Duration.ofMinutes(30), this.clock,
			new ServedEndpoints());

	@Test
	void whoAsksForTheSessionOfAnotherKeepsItFromEndingNoLonger() {
		CallerAuthenticationToken alice = caller("alice");
		this.sessions.begin("first", alice);
		this.clock.advance(Duration.ofMinutes(20));
		this.sessions.begin("second", alice);
		assertThat(this.sessions.belongsTo("first", caller("bob"))).isFalse();
		this.clock.advance(Duration.ofMinutes(11));
		assertThat(this.sessions.belongsTo("second", alice)).isTrue();
		assertThat(this.sessions.isKnown("first")).isFalse();
	}

	@Test
	void itsOwnersUseKeepsASession() {
		CallerAuthenticationToken alice = caller("alice");
		this.sessions.begin("first", alice);
		for (int i = 0; i < 3; i++) {
			this.clock.advance(Duration.ofMinutes(20));
			assertThat(this.sessions.belongsTo("first", alice)).isTrue();
		}
	}

	@Test
	void aStreamEndsWithTheLastTokenOfItsCaller() throws InterruptedException {
		Instant now = this.clock.instant();
		this.sessions.begin("first", caller("alice", now.plusSeconds(10)));
		CountDownLatch ended = new CountDownLatch(2);
		this.sessions.opened("first", ended::countDown);
		assertThat(this.sessions.belongsTo("first", caller("alice", now.plusSeconds(20)))).isTrue();
		this.clock.advance(TokenRules.CLOCK_SKEW.plusMillis(19_900));
		this.sessions.opened("first", ended::countDown);
		assertThat(ended.getCount()).isEqualTo(2);
		this.clock.advance(Duration.ofMillis(100));
		this.sessions.opened("first", ended::countDown);
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aStreamEndsWithItsSession() throws InterruptedException {
		CountDownLatch ended = new CountDownLatch(4);
		CallerAuthenticationToken alice = caller("alice", this.clock.instant().plusSeconds(86_400));
		this.sessions.begin("first", alice);
		this.sessions.opened("first", ended::countDown);
		this.sessions.end("first");
		this.sessions.opened("first", ended::countDown);
		this.sessions.begin("second", alice);
		this.sessions.opened("second", ended::countDown);
		this.sessions.revoked(new Revocation(Revocation.Effect.DECISIONS, Set.of("alice")));
		assertThat(ended.getCount()).isGreaterThanOrEqualTo(2);
		this.sessions.revoked(new Revocation(Revocation.Effect.TOKENS, Set.of("alice")));
		this.sessions.begin("third", alice);
		this.sessions.opened("third", ended::countDown);
		this.clock.advance(Duration.ofMinutes(31));
		this.sessions.begin("fourth", alice);
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void anIdleSessionEndsWithTheNextRequestOfAnybody() throws InterruptedException {
		CallerAuthenticationToken alice = caller("alice", this.clock.instant().plusSeconds(86_400));
		CountDownLatch ended = new CountDownLatch(1);
		this.sessions.begin("first", alice);
		this.sessions.opened("first", ended::countDown);
		this.clock.advance(Duration.ofMinutes(15));
		this.sessions.begin("second", alice);
		this.clock.advance(Duration.ofMinutes(16));
		assertThat(this.sessions.belongsTo("unknown", caller("eve"))).isFalse();
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.sessions.isKnown("first")).isFalse();
		assertThat(this.sessions.isKnown("second")).isTrue();
	}

	@Test
	void afterTheEndOfTheServerNoSessionIsLeft() throws InterruptedException {
		this.sessions.begin("first", caller("alice", this.clock.instant().plusSeconds(86_400)));
		CountDownLatch ended = new CountDownLatch(1);
		this.sessions.opened("first", ended::countDown);
		this.sessions.close();
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.sessions.isKnown("first")).isFalse();
	}

	private static CallerAuthenticationToken caller(String subject) {
		return caller(subject, Instant.MAX);
	}

	private static CallerAuthenticationToken caller(String subject, Instant end) {
		Jwt token = Jwt.withTokenValue("t")
			.header("alg", "none")
			.issuer("https://issuer")
			.subject(subject)
			.expiresAt(end)
			.build();
		return new CallerAuthenticationToken(token, List.of());
	}

}
