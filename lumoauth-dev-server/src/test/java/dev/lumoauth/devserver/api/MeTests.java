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

package dev.lumoauth.devserver.api;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MeController}.
 */
class MeTests extends ServerTests {

	private static final Map<String, String> TENANT = Map.of("id", "acme-corp", "name", "acme-corp", "slug",
			"acme-corp");

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void tellsAnAgentWhoItIs(String base) {
		assertThat(this.client.get(base + "/me", Client.bearer(analyst().accessToken())).json())
			.isEqualTo(Map.of("subject_type", "agent", "id", "agt_analyst", "name", "Analyst", "capabilities",
					List.of("mcp:financial", "read:documents"), "tenant", TENANT));
	}

	@Test
	void tellsAUserWhoItIs() {
		assertThat(this.client.get(ACME + "/me", Client.bearer(alice())).json())
			.isEqualTo(Map.of("subject_type", "user", "id", "6f0d2f1e-alice", "name", "Alice", "email",
					"alice@example.com", "roles", List.of(), "tenant", TENANT));
		assertThat(this.client.get(ACME + "/me", Client.bearer(user("bob", "{}").accessToken())).json())
			.doesNotContainKey("email");
	}

	@Test
	void needsAToken() {
		assertThat(this.client.get(ACME + "/me").status()).isEqualTo(401);
	}

}
