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

package dev.lumoauth.mcpserver.security;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Caller}.
 */
class CallerTests {

	@AfterEach
	void clear() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void readsTheChainOfActorsFromTheOneThatActsNow() {
		Caller caller = Caller.of(token(Map.of("act", Map.of("sub", "now", "act", Map.of("sub", "before")))));
		assertThat(caller.actors()).containsExactly("now", "before");
		assertThat(caller.subject()).isEqualTo("user");
	}

	@Test
	void hasNoActorIfTheSubjectActsItself() {
		assertThat(Caller.of(token(Map.of())).actors()).isEmpty();
	}

	@Test
	void refusesAChainThatDoesNotEnd() {
		Map<String, Object> chain = Map.of("sub", "last");
		for (int i = 0; i < 10; i++) {
			chain = Map.of("sub", "a" + i, "act", chain);
		}
		Map<String, Object> claims = Map.of("act", chain);
		assertThatIllegalArgumentException().isThrownBy(() -> Caller.of(token(claims)))
			.withMessage("act is not a chain of actors");
	}

	@Test
	void isTheSameWithOtherScopesAndAudiences() {
		Caller caller = Caller.of(token(Map.of("scope", "a")));
		assertThat(caller.isSameAs(Caller.of(token(Map.of("scope", "b", "aud", List.of("other")))))).isTrue();
	}

	@Test
	void isAnotherWithAnotherSubjectActorClientOrIssuer() {
		Caller caller = Caller.of(token(Map.of()));
		assertThat(caller.isSameAs(Caller.of(token(Map.of("sub", "x"))))).isFalse();
		assertThat(caller.isSameAs(Caller.of(token(Map.of("client_id", "x"))))).isFalse();
		assertThat(caller.isSameAs(Caller.of(token(Map.of("iss", "https://x.example"))))).isFalse();
		assertThat(caller.isSameAs(Caller.of(token(Map.of("act", Map.of("sub", "x")))))).isFalse();
	}

	@Test
	void isTheOneOfTheCurrentRequestOrNobody() {
		assertThatIllegalStateException().isThrownBy(Caller::current);
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", "ROLE_X"));
		assertThatIllegalStateException().isThrownBy(Caller::current);
		JwtAuthenticationToken authentication = new JwtAuthenticationToken(token(Map.of()), List.of());
		SecurityContextHolder.getContext().setAuthentication(authentication);
		assertThat(Caller.current().subject()).isEqualTo("user");
	}

	private static Jwt token(Map<String, Object> changes) {
		Map<String, Object> claims = new HashMap<>(Map.of("iss", "https://issuer.example", "sub", "user", "aud",
				List.of("urn:x"), "client_id", "agt_1", "scope", "a"));
		claims.putAll(changes);
		return new Jwt("token", Instant.EPOCH, Instant.EPOCH.plusSeconds(1), Map.of("alg", "RS256"), claims);
	}

}
