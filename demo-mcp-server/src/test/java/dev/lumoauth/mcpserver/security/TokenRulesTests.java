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

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenRules}.
 */
class TokenRulesTests {

	private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");

	private final OAuth2TokenValidator<Jwt> rules = new TokenRules("urn:x", false, Clock.fixed(NOW, ZoneOffset.UTC))
		.of("https://issuer.example");

	@Test
	void allowForClocksThatDifferByHalfAMinute() {
		assertThat(this.rules.validate(token("JWT", NOW.minusSeconds(30))).hasErrors()).isFalse();
		assertThat(this.rules.validate(token("JWT", NOW.minusSeconds(31))).getErrors())
			.anySatisfy((error) -> assertThat(error.getDescription()).startsWith("Jwt expired at"));
	}

	@Test
	void takeAccessTokensOnly() {
		assertThat(this.rules.validate(token("at+jwt", NOW.plusSeconds(60))).hasErrors()).isFalse();
		assertThat(this.rules.validate(token("dpop+jwt", NOW.plusSeconds(60))).hasErrors()).isTrue();
		assertThat(this.rules.validate(token("logout+jwt", NOW.plusSeconds(60))).hasErrors()).isTrue();
	}

	private static Jwt token(String type, Instant expiresAt) {
		return new Jwt("token", NOW.minusSeconds(600), expiresAt, Map.of("alg", "RS256", "typ", type),
				Map.of("iss", "https://issuer.example", "sub", "agt_1", "aud", List.of("urn:x")));
	}

}
