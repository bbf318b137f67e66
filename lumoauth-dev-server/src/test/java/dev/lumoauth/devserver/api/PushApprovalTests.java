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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Jit;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.web.RecordedRequest;
import dev.lumoauth.devserver.web.RequestHistory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PushApprovalController}.
 */
class PushApprovalTests extends ServerTests {

	private static final String WIRE = """
			{"task_id":"wire-9","reason":"Wire 4,500 USD","impact":"high","on_behalf_of":"%s","meta":{"amount":4500}}""";

	@Autowired
	private RequestHistory history;

	@AfterEach
	void restore() {
		admin("DELETE", "/capabilities/delegate:on_behalf", "");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void asksTheUserAndSaysWhatItAnswered(String base) {
		String agent = specialist();
		Answer asked = this.client.json("POST", base + "/agents/me/approvals", WIRE.formatted("alice@example.com"),
				Client.bearer(agent));
		assertThat(asked.status()).isEqualTo(201);
		Object token = asked.get("approval_token");
		assertThat(asked.json()).containsOnlyKeys("approval_token", "status", "expires_at", "task_id", "impact")
			.containsEntry("status", "pending")
			.containsEntry("task_id", "wire-9")
			.containsEntry("impact", "high");
		Map<String, Object> pending = new HashMap<>(Map.of("approval_token", token, "status", "pending", "task_id",
				"wire-9", "impact", "high", "reason", "Wire 4,500 USD"));
		pending.put("responded_at", null);
		pending.put("approved_by", null);
		assertThat(status(base, agent, token).json()).isEqualTo(pending);
		assertThat(decide(token, "approve", "alice").status()).isEqualTo(200);
		Answer approved = status(base, agent, token);
		assertThat(approved.json()).containsEntry("status", "approved")
			.containsEntry("approved_by", Map.of("user_id", 1));
		assertThat(approved.get("responded_at").toString()).endsWith("+00:00");
	}

	@Test
	void saysThatTheUserHasDenied() {
		Object token = ask(specialist(), WIRE.formatted("alice@example.com")).get("approval_token");
		decide(token, "deny", "alice");
		assertThat(status(ACME, specialist(), token).json()).containsEntry("status", "denied")
			.containsEntry("approved_by", null);
		assertThat(decide(token, "approve", "alice").status()).isEqualTo(400);
	}

	@Test
	void expiresAfterTwoMinutes() {
		Object token = ask(specialist(), WIRE.formatted("alice@example.com")).get("approval_token");
		this.clock.advance(Duration.ofSeconds(119));
		assertThat(status(ACME, specialist(), token).get("status")).isEqualTo("pending");
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(status(ACME, specialist(), token).get("status")).isEqualTo("expired");
		assertThat(decide(token, "approve", "alice").status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "alice@example.com,201", "Alice@Example.com,201", "6f0d2f1e-alice,201", "1,201", "nobody,404" })
	void takesAnIdOrAnEmailAddress(String user, int status) {
		assertThat(ask(specialist(), WIRE.formatted(user)).status()).isEqualTo(status);
	}

	@Test
	void takesTheNumberOfAUserAsANumber() {
		assertThat(ask(specialist(), WIRE.formatted("x").replace("\"x\"", "1")).status()).isEqualTo(201);
	}

	@Test
	void sendsAnEmailWhereThereIsNoDeviceAndGivesNoToken() {
		Answer answer = ask(specialist(), WIRE.formatted("carol@example.com"));
		assertThat(answer.status()).isEqualTo(202);
		assertThat(answer.json()).containsOnlyKeys("status", "message", "task_id", "impact")
			.containsEntry("status", "email_fallback_sent");
	}

	@Test
	void answers428WhereThereIsNoDeviceAndNoEmailAddress() {
		assertThat(ask(specialist(), WIRE.formatted("usr_bob")).status()).isEqualTo(428);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{", "{\"reason\":\"r\",\"on_behalf_of\":\"alice@example.com\"}",
			"{\"task_id\":\"t\",\"on_behalf_of\":\"alice@example.com\"}", "{\"task_id\":\"t\",\"reason\":\"r\"}",
			"{\"task_id\":\"t\",\"reason\":\"r\",\"on_behalf_of\":true}",
			"{\"task_id\":\"t\",\"reason\":\"r\",\"impact\":\"HIGH\",\"on_behalf_of\":\"alice@example.com\"}",
			"{\"task_id\":\"t\",\"reason\":\"r\",\"meta\":\"m\",\"on_behalf_of\":\"alice@example.com\"}",
			"{\"task_id\":5,\"reason\":\"r\",\"on_behalf_of\":\"alice@example.com\"}" })
	void refusesWhatIsIncomplete(String body) {
		assertThat(ask(specialist(), body).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "128,480,201", "129,480,400", "128,481,400" })
	void takesSoManyCharacters(int taskId, int reason, int status) {
		assertThat(ask(specialist(), "{\"task_id\":\"%s\",\"reason\":\"%s\",\"on_behalf_of\":\"alice@example.com\"}"
			.formatted("t".repeat(taskId), "r".repeat(reason))).status()).isEqualTo(status);
	}

	@Test
	void takesNoMetaAsJavaScriptAndPythonSendIt() {
		Answer answer = ask(specialist(),
				"{\"task_id\":\"t\",\"reason\":\"r\",\"impact\":\"medium\",\"on_behalf_of\":\"alice@example.com\",\"meta\":null}");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.get("impact")).isEqualTo("medium");
	}

	@Test
	void isForAgentsThatMayActForUsers() {
		String body = WIRE.formatted("alice@example.com");
		assertThat(ask(alice(), body).status()).isEqualTo(403);
		assertThat(ask(changing().accessToken(), body).status()).isEqualTo(403);
		admin("PUT", "/capabilities/delegate:on_behalf", "");
		assertThat(ask(changing().accessToken(), body).status()).isEqualTo(201);
		Jit jit = new Jit(this.client, ACME);
		String agent = specialist();
		String jitToken = jit.token(agent, jit.request(agent, jit.task(agent), Jit.READ)).accessToken();
		assertThat(ask(jitToken, body).status()).isEqualTo(403);
	}

	@Test
	void asksNobodyButTheUserOfADelegatedToken() {
		String delegated = delegate(alice(), specialist()).accessToken();
		assertThat(ask(delegated, WIRE.formatted("alice@example.com")).status()).isEqualTo(201);
		assertThat(ask(delegated, WIRE.formatted("carol@example.com")).status()).isEqualTo(403);
	}

	@Test
	void logsNoTokenOfAnApproval() {
		Object token = ask(specialist(), WIRE.formatted("alice@example.com")).get("approval_token");
		status(ACME, specialist(), token);
		assertThat(this.history.after(0)).extracting(RecordedRequest::path)
			.contains(ACME + "/agents/me/approvals/(left out)/status")
			.noneMatch((path) -> path.contains(token.toString()));
	}

	@Test
	void letsNobodyElseDecide() {
		Object token = ask(specialist(), WIRE.formatted("alice@example.com")).get("approval_token");
		assertThat(decide(token, "approve", "bob").status()).isEqualTo(403);
		assertThat(decide(token, "approve", "nobody").status()).isEqualTo(400);
		assertThat(new Jit(this.client, ACME).approve(alice(), token, null).status()).isEqualTo(404);
		assertThat(status(ACME, specialist(), token).get("status")).isEqualTo("pending");
	}

	@Test
	void showsItToNoOtherAgent() {
		Object token = ask(specialist(), WIRE.formatted("alice@example.com")).get("approval_token");
		assertThat(status(ACME, analyst().accessToken(), token).status()).isEqualTo(403);
		assertThat(status(ACME, alice(), token).status()).isEqualTo(403);
		assertThat(status(ACME, specialist(), "apv_unknown").status()).isEqualTo(404);
		String globex = this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken();
		assertThat(status(GLOBEX, globex, token).status()).isEqualTo(404);
	}

	private Answer ask(String token, String body) {
		return this.client.json("POST", ACME + "/agents/me/approvals", body, Client.bearer(token));
	}

	private Answer status(String base, String agent, Object token) {
		return this.client.get(base + "/agents/me/approvals/" + token + "/status", Client.bearer(agent));
	}

	private Answer decide(Object token, String decision, String user) {
		Answer inbox = this.client.get("/dev/tenants/acme-corp/inbox");
		assertThat(inbox.body()).doesNotContain(token.toString());
		List<?> requests = (List<?>) inbox.get("requests");
		Object id = ((Map<?, ?>) requests.get(requests.size() - 1)).get("id");
		return this.client.json("POST", "/dev/tenants/acme-corp/inbox/" + id + "/" + decision,
				"{\"user\":\"" + user + "\"}");
	}

}
