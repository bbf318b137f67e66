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

package dev.lumoauth.spring.token.cache;

import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a token which is forgotten is not used by anyone who asks afterwards, also if it
 * was under way.
 */
class TokenForgettingTests {

	private final TokenCache cache = new TokenCache("agt_1", Clock.systemUTC(), Runnable::run, TokenObservations.NONE,
			WaitAllowance.DEFAULT_MAX);

	@Test
	void forgetsTheTokensOfThoseWhoAreMeant() {
		Request anna = new Request("anna", Set.of("anna", "anna@example.com"));
		Request berta = new Request("berta", Set.of("berta"));
		Request opaque = new Request("opaque", Set.of());
		Request own = new Request("own", null);
		for (Request each : new Request[] { anna, berta, opaque, own }) {
			assertThat(get(each)).isEqualTo(each.key().subject() + " 1");
		}
		this.cache.forget((names) -> names != null && (names.isEmpty() || names.contains("anna")));
		assertThat(get(anna)).isEqualTo("anna 2");
		assertThat(get(opaque)).isEqualTo("opaque 2");
		assertThat(get(berta)).isEqualTo("berta 1");
		assertThat(get(own)).isEqualTo("own 1");
	}

	@Test
	void aTokenIsAlsoOfTheUserWhomTheTokenItselfNames() {
		Request elsewhere = new Request("anna", Set.of("idp|7", "anna@idp.example.com"));
		assertThat(get(elsewhere, loaded(jwt("usr_42")))).isEqualTo(jwt("usr_42"));
		this.cache.forget((names) -> names != null && names.contains("usr_43"));
		assertThat(get(elsewhere, loaded("not asked for"))).isEqualTo(jwt("usr_42"));
		this.cache.forget((names) -> names != null && names.contains("usr_42"));
		assertThat(get(elsewhere, loaded(jwt("usr_42 again")))).isEqualTo(jwt("usr_42 again"));
		this.cache.forget((names) -> names != null && names.contains("idp|7"));
		assertThat(get(elsewhere, loaded("2"))).isEqualTo("2");
	}

	@Test
	void aTokenUnderWayIsNotKeptIfItTurnsOutToBeOfTheUser() {
		Request elsewhere = new Request("anna", Set.of("idp|7"));
		assertThat(this.cache.get(elsewhere, () -> {
			this.cache.forget((names) -> names != null && names.contains("usr_42"));
			return loaded(jwt("usr_42"));
		}).token().getTokenValue()).isEqualTo(jwt("usr_42"));
		assertThat(get(elsewhere, loaded("2"))).isEqualTo("2");
	}

	@Test
	void aTokenUnderWayIsNotKeptAndNotGivenToWhoAsksAfterwards() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		Request slow = new Request("anna", Set.of("anna"));
		CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> this.cache.get(slow, () -> {
			asked.countDown();
			await(answer);
			return loaded("old");
		}).token().getTokenValue());
		assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
		this.cache.forget((names) -> names != null && names.contains("anna"));
		String after = this.cache.get(slow, () -> loaded("new")).token().getTokenValue();
		assertThat(after).isEqualTo("new");
		answer.countDown();
		assertThat(before.get(60, TimeUnit.SECONDS)).isEqualTo("old");
		assertThat(this.cache.get(slow, () -> loaded("newer")).token().getTokenValue()).isEqualTo("new");
	}

	@Test
	void aTokenOfAnotherUserUnderWayIsKept() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		Request slow = new Request("berta", Set.of("berta"));
		CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> this.cache.get(slow, () -> {
			asked.countDown();
			await(answer);
			return loaded("first");
		}).token().getTokenValue());
		assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
		this.cache.forget((names) -> names != null && names.contains("anna"));
		answer.countDown();
		assertThat(before.get(60, TimeUnit.SECONDS)).isEqualTo("first");
		assertThat(this.cache.get(slow, () -> loaded("second")).token().getTokenValue()).isEqualTo("first");
	}

	@Test
	void anEventAboutAUserLeavesWhoeverWaitsForTheAgentsOwnToken() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		Request own = new Request("agent", Set.of());
		CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> this.cache.get(own, () -> {
			asked.countDown();
			await(answer);
			return loaded("first");
		}).token().getTokenValue());
		assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
		this.cache.forget((names) -> names != null && names.contains("anna"));
		CompletableFuture<String> after = new CompletableFuture<>();
		Thread second = new Thread(() -> after.complete(get(own)));
		second.start();
		while (second.getState() == Thread.State.RUNNABLE) {
			Thread.onSpinWait();
		}
		answer.countDown();
		assertThat(before.get(60, TimeUnit.SECONDS)).isEqualTo("first");
		assertThat(after.get(60, TimeUnit.SECONDS)).isEqualTo("first");
		assertThat(own.loads).hasValue(0);
	}

	private String get(Request request) {
		return this.cache.get(request, request).token().getTokenValue();
	}

	private String get(Request request, IssuedToken loaded) {
		return this.cache.get(request, () -> loaded).token().getTokenValue();
	}

	private static String jwt(String subject) {
		return new PlainJWT(new JWTClaimsSet.Builder().subject(subject).build()).serialize();
	}

	private static IssuedToken loaded(String value) {
		Instant now = Instant.now();
		return new IssuedToken(new OAuth2AccessToken(TokenType.BEARER, value, now, now.plusSeconds(3600)), null, null);
	}

	private static void await(CountDownLatch latch) {
		try {
			if (!latch.await(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Nobody ended it");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Request implements TokenSource {

		private final String subject;

		private final @Nullable Set<String> names;

		private final AtomicInteger loads = new AtomicInteger();

		private Request(String subject, @Nullable Set<String> names) {
			this.subject = subject;
			this.names = names;
		}

		@Override
		public TokenKey key() {
			return new TokenKey(AuthorizationGrantType.TOKEN_EXCHANGE, this.subject, null, "urn:a", null, Set.of(),
					null);
		}

		@Override
		public @Nullable Set<String> subjectNames() {
			return this.names;
		}

		@Override
		public IssuedToken get() {
			return loaded(this.subject + " " + this.loads.incrementAndGet());
		}

	}

}
