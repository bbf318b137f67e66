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

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResourceTokens}.
 */
class ResourceTokensTests {

	private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

	private static final String AGENT = "https://agent.example";

	private final AtomicReference<SigningKey> key = new AtomicReference<>(TestKeys.ed25519("r-1"));

	private final ResourceTokens tokens = at(NOW);

	private ResourceTokens at(Instant instant) {
		return new ResourceTokens(SignedService.RESOURCE, "https://lumo.example", this.key::get,
				Set.of("read", "write"), Clock.fixed(instant, ZoneOffset.UTC));
	}

	@Test
	void saysForWhomAndForWhatItIs() throws Exception {
		SignedJWT token = SignedJWT.parse(this.tokens.issue(AGENT, "thumb", Set.of("write", "admin", "read")));
		JWTClaimsSet claims = token.getJWTClaimsSet();
		assertThat(token.getHeader().getType()).hasToString("resource+jwt");
		assertThat(token.getHeader().getKeyID()).isEqualTo("r-1");
		assertThat(claims.getIssuer()).isEqualTo(SignedService.RESOURCE);
		assertThat(claims.getAudience()).containsExactly("https://lumo.example");
		assertThat(claims.getClaim("agent")).isEqualTo(AGENT);
		assertThat(claims.getClaim("agent_jkt")).isEqualTo("thumb");
		assertThat(claims.getClaim("scope")).isEqualTo("read write");
		assertThat(claims.getExpirationTime().toInstant()).isEqualTo(NOW.plusSeconds(300));
		assertThat(claims.getJWTID()).isNotBlank();
		assertThat(isSignedBy(this.tokens.publicKey(), "EdDSA", token.serialize())).isTrue();
	}

	@Test
	void aNewKeySignsAndIsPublishedAtOnce() throws Exception {
		this.tokens.issue(AGENT, "thumb", Set.of());
		this.key.set(TestKeys.rsa("r-2"));
		String next = this.tokens.issue(AGENT, "thumb", Set.of());
		assertThat(this.tokens.publicKey().getKeyID()).isEqualTo("r-2");
		assertThat(this.tokens.publicKey().isPrivate()).isFalse();
		assertThat(isSignedBy(this.tokens.publicKey(), "PS512", next)).isTrue();
	}

	private static boolean isSignedBy(JWK key, String algorithm, String token) throws Exception {
		SignedJWT parsed = SignedJWT.parse(token);
		return VerificationKey.of(key).verifies(algorithm, parsed.getSigningInput(), parsed.getSignature().decode());
	}

}
