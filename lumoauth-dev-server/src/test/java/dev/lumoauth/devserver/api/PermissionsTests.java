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

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PermissionsController}.
 */
class PermissionsTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "/api/v1", ACME, ACME_ORG })
	void listsWhatTheAgentHas(String base) {
		Answer answer = list(base, analyst().accessToken());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(slugs(answer, "permissions")).containsExactly("mcp:financial", "read:documents");
		assertThat(slugs(answer, "data")).containsExactly("mcp:financial", "read:documents");
		assertThat(answer.json()).containsEntry("count", 2)
			.containsEntry("pagination",
					Map.of("total", 2, "page", 1, "limit", 25, "totalPages", 1, "hasNextPage", false, "hasPreviousPage",
							false))
			.doesNotContainKey("user_id");
	}

	@Test
	void listsWhatAUserMayDelegate() {
		Answer answer = list("/api/v1", user("bob", "{}").accessToken());
		assertThat(slugs(answer, "permissions")).containsExactly("read:documents", "write:everything");
		assertThat(answer.get("user_id")).isEqualTo("usr_bob");
	}

	@Test
	void listsForAnAgentThatActsForAUserWhatBothHave() {
		String token = delegate(user("bob", "{}").accessToken(), specialist()).accessToken();
		assertThat(slugs(list(ACME, token), "permissions")).containsExactly("read:documents");
	}

	@Test
	void listsNothingForSomebodyWithoutCapabilities() {
		String token = this.client
			.formAs(Client.basic("agt_basic", "basic secret: 100%"), ACME + "/oauth/token", "grant_type",
					"client_credentials")
			.accessToken();
		assertThat(list("/api/v1", token).json()).containsEntry("permissions", List.of()).containsEntry("count", 0);
	}

	@Test
	void needsAToken() {
		assertThat(this.client.get("/api/v1/authz/permissions").status()).isEqualTo(401);
	}

	private Answer list(String base, String token) {
		return this.client.get(base + "/authz/permissions", Client.bearer(token));
	}

	@SuppressWarnings("unchecked")
	private static List<Object> slugs(Answer answer, String name) {
		List<Map<String, Object>> permissions = (List<Map<String, Object>>) answer.get(name);
		assertThat(permissions)
			.allSatisfy((permission) -> assertThat(permission).containsOnlyKeys("slug", "description", "source")
				.containsEntry("description", null)
				.containsEntry("source", "direct"));
		return permissions.stream().map((permission) -> permission.get("slug")).toList();
	}

}
