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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AuthzController}.
 */
class AuthzTests extends ServerTests {

	private static final String CHECK = "/api/v1/authz/check";

	@ParameterizedTest
	@ValueSource(strings = { CHECK, ACME + "/authz/check", ACME_ORG + "/authz/check" })
	void allowsWhatTheAgentHasAndDeniesTheRest(String path) {
		String token = analyst().accessToken();
		Answer allowed = post(path, token, "{\"permission\":\"read:documents\"}");
		assertThat(allowed.json()).isEqualTo(Map.of("allowed", true, "permission", "read:documents", "subject_type",
				"agent", "subject_id", "agt_analyst"));
		Answer denied = post(path, token, "{\"permission\":\"read:document\",\"context\":{\"a\":1}}");
		assertThat(denied.status()).isEqualTo(200);
		assertThat(denied.json()).containsEntry("allowed", false).containsEntry("context", Map.of("a", 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { CHECK + "-bulk", ACME + "/authz/check-bulk", ACME_ORG + "/authz/check-bulk" })
	void answersForSeveral(String path) {
		Answer answer = post(path, analyst().accessToken(),
				"{\"permissions\":[\"read:documents\",\"a.b\",\"mcp:financial\"]}");
		assertThat(answer.json())
			.containsEntry("results", Map.of("read:documents", true, "a.b", false, "mcp:financial", true))
			.containsEntry("subject_id", "agt_analyst");
	}

	@Test
	void saysThatItTakesNoApiKey() {
		String body = "{\"permission\":\"read:documents\"}";
		for (String[] key : new String[][] { { "X-API-Key", "lmk_acme" }, { "Authorization", "ApiKey lmk_acme" },
				{ "X-API-Key", "lmk_acme", "Authorization", "Bearer " + analyst().accessToken() } }) {
			Answer answer = this.client.json("POST", ACME + "/authz/check", body, key);
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.body()).contains("An API key is not accepted here. Send an access token");
		}
	}

	@Test
	void answersForAHundredAndNoMore() {
		String token = analyst().accessToken();
		assertThat(post(CHECK + "-bulk", token, permissions(100)).status()).isEqualTo(200);
		Answer answer = post(CHECK + "-bulk", token, permissions(101));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.json()).containsEntry("code", "INVALID_PERMISSIONS").containsKey("error");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "{}", "{\"permissions\":[]}", "{\"permissions\":[null]}", "{\"permissions\":[\" \"]}" })
	void refusesABulkCheckWithoutNames(String body) {
		Answer answer = post(CHECK + "-bulk", analyst().accessToken(), body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("code")).isEqualTo("INVALID_PERMISSIONS");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "{}", "{\"permission\":\"\"}", "{\"permission\":null}" })
	void refusesACheckWithoutAName(String body) {
		Answer answer = post(CHECK, analyst().accessToken(), body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("code")).isEqualTo("MISSING_PERMISSION");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"permission\":", "{\"permission\":5}", "{\"permission\":1.5}", "{\"permission\":true}",
			"{\"permission\":[\"read:documents\"]}", "{\"permission\":{}}" })
	void refusesACheckWhoseNameIsNoText(String body) {
		Answer answer = post(CHECK, analyst().accessToken(), body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"permissions\":[5]}", "{\"permissions\":[\"read:documents\",true]}",
			"{\"permissions\":\"read:documents\"}" })
	void refusesABulkCheckWithANameThatIsNoText(String body) {
		assertThat(post(CHECK + "-bulk", analyst().accessToken(), body).status()).isEqualTo(400);
	}

	@Test
	void countsAGrantAndARevocationAtOnce() {
		String token = changing().accessToken();
		String body = "{\"permission\":\"read:new\"}";
		assertThat(post(CHECK, token, body).get("allowed")).isEqualTo(false);
		admin("PUT", "/capabilities/read:new", "");
		assertThat(post(CHECK, token, body).get("allowed")).isEqualTo(true);
		admin("DELETE", "/capabilities/read:new", "");
		assertThat(post(CHECK, token, body).get("allowed")).isEqualTo(false);
	}

	@Test
	void givesADelegateNoMoreThanItsTokenNames() {
		String orchestrator = this.client.token(ACME, "agt_orchestrator", "orchestrator-secret").accessToken();
		String specialist = this.client.token(ACME, "agt_specialist", "specialist-secret").accessToken();
		String token = exchange(ACME, orchestrator, "actor_token", specialist, "actor_token_type", Client.ACCESS_TOKEN)
			.accessToken();
		assertThat(post(CHECK, orchestrator, "{\"permission\":\"write:reports\"}").get("allowed")).isEqualTo(true);
		assertThat(post(CHECK, token, "{\"permission\":\"read:documents\"}").get("allowed")).isEqualTo(true);
		assertThat(post(CHECK, token, "{\"permission\":\"write:reports\"}").get("allowed")).isEqualTo(false);
	}

	@Test
	void answersAboutOthersOnlyToWhoMayAsk() {
		String body = "{\"permission\":\"read:documents\",\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"}}";
		assertThat(post(CHECK, analyst().accessToken(), body).get("allowed")).isEqualTo(true);
		String orchestrator = this.client.token(ACME, "agt_orchestrator", "orchestrator-secret").accessToken();
		Answer refused = post(CHECK, orchestrator, body);
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.get("error")).isEqualTo("insufficient_permissions");
		String auditor = auditor();
		assertThat(post(CHECK, auditor, body).json()).containsEntry("allowed", true)
			.containsEntry("subject_id", "agt_analyst");
		assertThat(post(CHECK, auditor, body.replace("\"agent\"", "\"user\"")).get("allowed")).isEqualTo(false);
		assertThat(post(CHECK, auditor, body.replace("\"agent\"", "\"team\"")).get("allowed")).isEqualTo(false);
		assertThat(post(CHECK, auditor, "{\"permission\":\"x\",\"subject\":{}}").get("code"))
			.isEqualTo("MISSING_FIELDS");
	}

	@ParameterizedTest
	@ValueSource(strings = { CHECK, CHECK + "-bulk", CHECK + "-any", CHECK + "-all" })
	void answersNoAgentAboutAUser(String path) {
		Answer answer = post(path, analyst().accessToken(),
				"{\"permission\":\"read:documents\",\"permissions\":[\"read:documents\"],\"user_id\":\"6f0d2f1e-alice\"}");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("insufficient_permissions");
	}

	@ParameterizedTest
	@CsvSource({ "6f0d2f1e-alice,mcp:financial,true", "6f0d2f1e-alice,write:everything,false",
			"usr_bob,write:everything,true", "alice,read:documents,false", "agt_analyst,read:documents,false" })
	void answersAboutAUserWhoMayAsk(String user, String permission, boolean allowed) {
		Answer answer = post(CHECK, auditor(),
				"{\"permission\":\"%s\",\"user_id\":\"%s\"}".formatted(permission, user));
		assertThat(answer.json()).isEqualTo(Map.of("allowed", allowed, "permission", permission, "subject_type", "user",
				"subject_id", user, "user_id", user));
	}

	@Test
	void takesANumberForAUserId() {
		assertThat(post(CHECK, auditor(), "{\"permission\":\"x\",\"user_id\":7}").json()).containsEntry("user_id", "7");
		assertThat(post(CHECK, analyst().accessToken(), "{\"permission\":\"x\",\"user_id\":7}").status())
			.isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"user_id\":{}", "\"user_id\":[]", "\"user_id\":true", "\"user_id\":\" \"",
			"\"user_id\":\"usr_bob\",\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"}",
			"\"subject\":\"agent:agt_analyst\"", "\"subject\":{\"type\":\"agent\",\"id\":5}" })
	void refusesWhatNamesNoSubjectOrTwo(String subject) {
		assertThat(post(CHECK, auditor(), "{\"permission\":\"x\",%s}".formatted(subject)).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "read:documents a.b,true,false", "read:documents mcp:financial,true,true", "a.b c.d,false,false" })
	void answersForAnyAndForAll(String permissions, boolean any, boolean all) {
		List<String> names = List.of(permissions.split(" "));
		String body = "{\"permissions\":[\"%s\"],\"context\":{\"a\":1}}".formatted(String.join("\",\"", names));
		for (String base : List.of("/api/v1", ACME, ACME_ORG)) {
			assertThat(post(base + "/authz/check-any", analyst().accessToken(), body).json())
				.isEqualTo(Map.of("allowed", any, "permissions", names, "subject_type", "agent", "subject_id",
						"agt_analyst", "context", Map.of("a", 1)));
			assertThat(post(base + "/authz/check-all", analyst().accessToken(), body).get("allowed")).isEqualTo(all);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "any", "all" })
	void refusesToAnswerForNone(String which) {
		Answer answer = post(CHECK + "-" + which, analyst().accessToken(), "{\"permissions\":[]}");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("code")).isEqualTo("INVALID_PERMISSIONS");
	}

	@Test
	void answersAMissingTokenWith401() {
		assertThat(this.client.json("POST", CHECK, "{\"permission\":\"x\"}").status()).isEqualTo(401);
	}

	private String auditor() {
		return this.client.token(ACME, "agt_auditor", "auditor-secret").accessToken();
	}

	private Answer post(String path, String token, String body) {
		return this.client.json("POST", path, body, Client.bearer(token));
	}

	private static String permissions(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> "\"p" + i + "\"")
			.collect(Collectors.joining(",", "{\"permissions\":[", "]}"));
	}

}
