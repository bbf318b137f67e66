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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallerResolver}: users, and agents that act for them, at the APIs.
 */
class CallersTests extends ServerTests {

	private static final String DELEGATE = "delegate:on_behalf";

	@AfterEach
	void restoreTheChangingAgent() {
		admin("DELETE", "/budget", "");
		admin("DELETE", "/capabilities/read:documents", "");
		admin("DELETE", "/capabilities/" + DELEGATE, "");
	}

	@Test
	void tellsAUserWhoItIs() {
		Answer answer = this.client.get(ACME_ORG + "/agents/me", Client.bearer(alice()));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("identity"))
			.isEqualTo(Map.of("id", "6f0d2f1e-alice", "type", "user", "tenant", "acme-corp"));
		assertThat(answer.get("capabilities")).isEqualTo(List.of("mcp:financial", "read:documents"));
		assertThat(answer.get("workspace")).isEqualTo(Map.of("slug", "acme-corp", "api_base", ACME_ORG + "/"));
	}

	@Test
	void tellsAnAgentThatActsForAUserWhomItActsForAndWhatItMayDo() {
		String token = delegate(alice(), specialist(), "scope", "read:documents").accessToken();
		Answer answer = this.client.get(ACME + "/agents/me", Client.bearer(token));
		assertThat(answer.get("identity"))
			.isEqualTo(Map.of("id", "6f0d2f1e-alice", "type", "user", "tenant", "acme-corp"));
		assertThat(answer.get("capabilities")).isEqualTo(List.of("read:documents"));
	}

	@ParameterizedTest
	@CsvSource({ "read:documents,true", "mcp:financial,true", "write:everything,false", "delegate:on_behalf,false" })
	void answersAUserAboutItself(String permission, boolean allowed) {
		Answer check = check(alice(), permission);
		assertThat(check.json()).isEqualTo(Map.of("allowed", allowed, "permission", permission, "subject_type", "user",
				"subject_id", "6f0d2f1e-alice", "user_id", "6f0d2f1e-alice"));
		assertThat(ask(alice(), permission).get("allowed")).isEqualTo(allowed);
		assertThat(post("/authz/check-bulk", alice(), "{\"permissions\":[\"%s\"]}".formatted(permission)).json())
			.containsEntry("results", Map.of(permission, allowed))
			.containsEntry("user_id", "6f0d2f1e-alice");
	}

	@Test
	void answersAUserWhoNamesItselfButNotAboutAnother() {
		String body = "{\"permission\":\"read:documents\",\"user_id\":\"%s\"}";
		assertThat(post("/authz/check", alice(), body.formatted("6f0d2f1e-alice")).get("allowed")).isEqualTo(true);
		assertThat(post("/authz/check", alice(), body.formatted("usr_bob")).status()).isEqualTo(403);
		assertThat(post("/authz/check", alice(),
				"{\"permission\":\"read:documents\",\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"}}")
			.status()).isEqualTo(403);
	}

	@ParameterizedTest
	@CsvSource({ "alice,read:documents,true", "alice,mcp:financial,false", "alice,delegate:on_behalf,false",
			"bob,write:everything,false", "bob,read:documents,true" })
	void givesAnAgentNoMoreThanTheUserTheTokenAndTheAgentHave(String user, String permission, boolean allowed) {
		String token = delegate(user(user, "{}").accessToken(), specialist(), "scope", "read:documents").accessToken();
		Answer check = check(token, permission);
		assertThat(check.json()).containsEntry("allowed", allowed).containsEntry("subject_type", "user");
		assertThat(ask(token, permission).get("allowed")).isEqualTo(allowed);
		// Not even by the user's own name.
		assertThat(post("/authz/check", token,
				"{\"permission\":\"%s\",\"user_id\":\"%s\"}".formatted(permission, check.get("subject_id")))
			.get("allowed")).isEqualTo(allowed);
	}

	@Test
	void givesAnAgentThatActsForAUserNothingThatItHasLost() {
		admin("PUT", "/capabilities/" + DELEGATE, "");
		admin("PUT", "/capabilities/read:documents", "");
		String token = delegate(alice(), changing().accessToken()).accessToken();
		assertThat(check(token, "read:documents").get("allowed")).isEqualTo(true);
		admin("DELETE", "/capabilities/read:documents", "");
		assertThat(check(token, "read:documents").get("allowed")).isEqualTo(false);
		assertThat(ask(token, "read:documents").get("allowed")).isEqualTo(false);
	}

	@Test
	void endsWhatAnAgentAsksForAUserWithTheAgentsBudget() {
		admin("PUT", "/capabilities/" + DELEGATE, "");
		admin("PUT", "/capabilities/read:documents", "");
		admin("POST", "/budget/reset", "");
		admin("PUT", "/budget", "{\"max_api_calls_per_hour\":1}");
		String token = delegate(alice(), changing().accessToken()).accessToken();
		assertThat(ask(token, "x").status()).isEqualTo(200);
		assertThat(ask(token, "x").get("error")).isEqualTo("budget_exceeded");
		assertThat(ask(alice(), "x").status()).isEqualTo(200);
	}

	@Test
	void acceptsATokenThatIsForAnotherServerOnlyForTheServersQuestions() {
		String token = delegate(alice(), specialist(), "audience", "urn:mcp:open").accessToken();
		assertThat(check(token, "read:documents").get("allowed")).isEqualTo(true);
		assertThat(ask(token, "read:documents").status()).isEqualTo(401);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(401);
	}

	private Answer check(String token, String permission) {
		return post("/authz/check", token, "{\"permission\":\"%s\"}".formatted(permission));
	}

	private Answer ask(String token, String action) {
		return post("/agents/ask", token, "{\"action\":\"%s\"}".formatted(action));
	}

	private Answer post(String path, String token, String body) {
		return this.client.json("POST", ACME + path, body, Client.bearer(token));
	}

}
