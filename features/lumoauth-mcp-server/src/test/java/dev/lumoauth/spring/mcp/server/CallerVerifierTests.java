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

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.Jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallerVerifier}.
 */
class CallerVerifierTests {

	static List<Object> bindings() {
		return List.of(Map.of("jkt", "thumbprint"), Map.of("jwk", Map.of("kty", "EC")), Map.of("kid", "key"), Map.of(),
				"thumbprint", Map.of("x5t#S256", "thumbprint", "jkt", "thumbprint"));
	}

	@ParameterizedTest
	@MethodSource("bindings")
	void aBoundTokenIsNoBearerTokenWhateverItIsBoundTo(Object binding) {
		assertThatExceptionOfType(OAuth2AuthenticationException.class)
			.isThrownBy(() -> verifier(Map.of("cnf", binding)).bearer("token"))
			.withMessageContaining("proof of possession");
	}

	/** The rules of tokens compare the certificate. */
	@Test
	void otherTokensAre() {
		assertThat(verifier(Map.of()).bearer("token").getName()).isEqualTo("alice");
		assertThat(verifier(Map.of("cnf", Map.of("x5t#S256", "thumbprint"))).bearer("token").getName())
			.isEqualTo("alice");
	}

	private static CallerVerifier verifier(Map<String, Object> claims) {
		Jwt token = Jwt.withTokenValue("token")
			.header("alg", "none")
			.issuer("https://lumoauth.example.com")
			.subject("alice")
			.issuedAt(Instant.EPOCH)
			.expiresAt(Instant.MAX)
			.claims((all) -> all.putAll(claims))
			.build();
		return new CallerVerifier((value) -> token, false, new RevokedCallers(Clock.systemUTC()));
	}

}
