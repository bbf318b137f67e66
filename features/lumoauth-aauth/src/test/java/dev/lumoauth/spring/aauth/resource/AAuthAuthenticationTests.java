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

package dev.lumoauth.spring.aauth.resource;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.security.core.GrantedAuthority;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AAuthAuthentication}.
 */
class AAuthAuthenticationTests {

	private static final AAuthPrincipal PRINCIPAL = principal("user-1", "https://agent.example");

	private final AAuthAuthentication authentication = new AAuthAuthentication(PRINCIPAL, "token-MARKER");

	private static AAuthPrincipal principal(String subject, String agent) {
		return new AAuthPrincipal(agent, null, subject, "https://lumo.example", Set.of("write", "read"),
				ActorChain.of("opaque"), "id-1", "thumb", Instant.EPOCH);
	}

	@Test
	void mayWhatItsScopesSay() {
		assertThat(this.authentication.isAuthenticated()).isTrue();
		assertThat(this.authentication.getAuthorities()).extracting(GrantedAuthority::getAuthority)
			.containsExactly("SCOPE_read", "SCOPE_write");
		assertThat(this.authentication.getCredentials()).isEqualTo("token-MARKER");
	}

	@Test
	void isNamedAfterTheUserOrElseTheAgent() {
		assertThat(this.authentication.getName()).isEqualTo("user-1");
		assertThat(principal(null, "https://agent.example").getName()).isEqualTo("https://agent.example");
		assertThat(principal(null, null).getName()).isEqualTo("thumb");
	}

	@Test
	void staysOneCallerWhenTheTokenIsRenewed() {
		AAuthAuthentication first = caller("agent", "worker", "alice", "key-1", "token-1", "agent");
		AAuthAuthentication renewed = caller("agent", "worker", "alice", "key-2", "token-2", "agent");
		assertThat(name(renewed)).isEqualTo(name(first)).contains("alice");
		assertThat(name(caller(null, null, "alice", "key-1", "token-2")))
			.isEqualTo(name(caller(null, null, "alice", "key-1", "token-1")));
	}

	@Test
	void whoeverActsForAUserIsAnotherCaller() {
		assertThat(Stream.of(caller("a", null, "alice", "key", "token"), caller("b", null, "alice", "key", "token"),
				caller("a", "b", "alice", "key", "token"), caller("a", null, "bob", "key", "token"),
				caller("a", null, null, "key", "token"), caller("a", "alice", null, "key", "token"),
				caller("a", null, "a", "key", "token"), caller(null, null, "alice", "key", "token"),
				caller(null, null, "alice", "a", "token"), caller(null, "a", "alice", "key", "token"),
				caller("a", null, "alice", "key", "token", "b"), caller("a", null, "alice", "key", "token", "b", "c"),
				caller("a", null, "alice", "key", "token", "c", "b"),
				caller("a", null, "alice", "key", "token", "b 1:c"))
			.map(AAuthAuthenticationTests::name)
			.toList()).doesNotHaveDuplicates();
	}

	@Test
	void actorsThatAreNotKnownAreTakenForTheSameOnlyWhereTheTokenIs() {
		String[] many = IntStream.range(0, 16).mapToObj((i) -> "actor-" + i).toArray(String[]::new);
		for (String[] actors : List.of(new String[] { "?" }, many)) {
			assertThat(name(caller("a", null, "alice", "key", "token-1", actors)))
				.isEqualTo(name(caller("a", null, "alice", "key", "token-1", actors)))
				.isNotEqualTo(name(caller("a", null, "alice", "key", "token-2", actors)));
		}
		assertThat(name(this.authentication)).isNotEqualTo(name(new AAuthAuthentication(PRINCIPAL, "other")));
	}

	@Test
	void knowsForWhichUserIsCalled() {
		assertThat(user(caller("agent", null, "alice", "key", "token"))).isEqualTo("alice");
		assertThat(user(caller("agent", "worker", null, "key", "token"))).isNull();
	}

	private static AAuthAuthentication caller(String agent, String delegate, String subject, String key, String token,
			String... actors) {
		return new AAuthAuthentication(new AAuthPrincipal(agent, delegate, subject, "https://lumo.example", Set.of(),
				new ActorChain(subject, List.of(actors)), "id of " + token, key, Instant.EPOCH), token);
	}

	private static String name(AAuthAuthentication authentication) {
		return Caller.of(authentication).name();
	}

	private static String user(AAuthAuthentication authentication) {
		return Caller.of(authentication).call(() -> {
			IdentifiedCaller caller = IdentifiedCaller.current();
			return (caller != null) ? caller.user() : "not identified";
		});
	}

	@Test
	void doesNotShowTheToken() {
		assertThat(this.authentication.toString()).contains("https://agent.example").doesNotContain("MARKER");
	}

	@Test
	void isAnotherWithAnotherToken() {
		assertThat(this.authentication).isEqualTo(new AAuthAuthentication(PRINCIPAL, "token-MARKER"))
			.hasSameHashCodeAs(new AAuthAuthentication(PRINCIPAL, "token-MARKER"))
			.isNotEqualTo(new AAuthAuthentication(PRINCIPAL, "other"))
			.isNotEqualTo(new AAuthAuthentication(principal("user-2", null), "token-MARKER"));
	}

}
