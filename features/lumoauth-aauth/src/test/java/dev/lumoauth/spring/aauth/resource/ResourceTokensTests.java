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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.aauth.resource.ResourceTokens.ResourceToken;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.token.key.VerificationKey;

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
		assertThat(VerificationKey.of(this.tokens.publicKeys().get(0))
			.verifies("EdDSA", token.getSigningInput(), token.getSignature().decode())).isTrue();
	}

	@Test
	void takesItsOwnForThatAgentWithThatKeyUntilTheEnd() {
		String token = this.tokens.issue(AGENT, "thumb", Set.of("read"));
		ResourceToken verified = Objects.requireNonNull(this.tokens.verify(token, AGENT, "thumb"));
		assertThat(verified.scopes()).containsExactly("read");
		assertThat(verified.expiresAt()).isEqualTo(NOW.plusSeconds(300));
		assertThat(this.tokens.verify(token, "https://other.example", "thumb")).isNull();
		assertThat(this.tokens.verify(token, AGENT, "other")).isNull();
		assertThat(this.tokens.verify(token + "A", AGENT, "thumb")).isNull();
		assertThat(this.tokens.verify("x", AGENT, "thumb")).isNull();
		assertThat(at(NOW.plusSeconds(299)).verify(token, AGENT, "thumb")).isNotNull();
		assertThat(at(NOW.plusSeconds(300)).verify(token, AGENT, "thumb")).isNull();
		assertThat(at(NOW.minusSeconds(1)).verify(token, AGENT, "thumb")).isNull();
	}

	@Test
	void takesNoneOfOthers() {
		SigningKey own = this.key.get();
		JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(SignedService.RESOURCE)
			.audience("https://lumo.example")
			.claim("agent", AGENT)
			.claim("agent_jkt", "thumb")
			.claim("iat", NOW.getEpochSecond())
			.claim("exp", NOW.getEpochSecond() + 300)
			.jwtID("1")
			.build();
		assertThat(this.tokens.verify(own.sign("resource+jwt", Map.of(), claims), AGENT, "thumb")).isNotNull();
		assertThat(this.tokens.verify(own.sign("auth+jwt", Map.of(), claims), AGENT, "thumb")).isNull();
		assertThat(this.tokens.verify(TestKeys.ed25519("r-1").sign("resource+jwt", Map.of(), claims), AGENT, "thumb"))
			.isNull();
		assertThat(this.tokens.verify(own.with("EdDSA", "r-2").sign("resource+jwt", Map.of(), claims), AGENT, "thumb"))
			.isNull();
		for (Map.Entry<String, String> change : Map.of("iss", "https://other.example", "aud", "https://other.example")
			.entrySet()) {
			JWTClaimsSet changed = new JWTClaimsSet.Builder(claims).claim(change.getKey(), change.getValue()).build();
			assertThat(this.tokens.verify(own.sign("resource+jwt", Map.of(), changed), AGENT, "thumb")).isNull();
		}
	}

	@Test
	void theKeyBeforeStaysAsLongAsItsTokens() {
		String token = this.tokens.issue(AGENT, "thumb", Set.of());
		this.key.set(TestKeys.rsa("r-2"));
		String next = this.tokens.issue(AGENT, "thumb", Set.of());
		assertThat(this.tokens.publicKeys()).extracting((jwk) -> jwk.getKeyID()).isEqualTo(List.of("r-2", "r-1"));
		assertThat(this.tokens.publicKeys()).noneMatch((jwk) -> jwk.isPrivate());
		assertThat(this.tokens.verify(token, AGENT, "thumb")).isNotNull();
		assertThat(this.tokens.verify(next, AGENT, "thumb")).isNotNull();
	}

}
