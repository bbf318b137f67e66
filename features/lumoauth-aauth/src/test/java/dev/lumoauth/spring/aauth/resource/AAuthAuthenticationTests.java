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
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.security.core.GrantedAuthority;

import dev.lumoauth.spring.ActorChain;

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
