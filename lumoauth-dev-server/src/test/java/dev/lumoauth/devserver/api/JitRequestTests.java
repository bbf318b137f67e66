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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Jit;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JitRequestController}.
 */
class JitRequestTests extends ServerTests {

	private Jit jit;

	private String token;

	private String task;

	@BeforeEach
	void beginTask() {
		this.jit = new Jit(this.client, ACME);
		this.token = analyst().accessToken();
		this.task = this.jit.task(this.token);
	}

	@AfterEach
	void restore() {
		admin("DELETE", "/budget", "");
		admin("DELETE", "/capabilities/delegate:on_behalf", "");
	}

	@ParameterizedTest
	@CsvSource({ "/t/acme-corp/api/v1", "/orgs/acme-corp/api/v1" })
	void approvesWhatIsHarmlessAtOnceAndGivesAToken(String base) {
		Jit layout = new Jit(this.client, base);
		Answer asked = layout.ask(this.token, this.task, Jit.READ, ",\"requested_ttl\":300,\"justification\":\"Why\"");
		assertThat(asked.status()).isEqualTo(201);
		Object id = asked.get("request_id");
		String url = base + "/jit/request/" + id + "/token";
		assertThat(asked.json()).isEqualTo(Map.of("request_id", id, "status", "approved", "risk_level", "low",
				"task_id", this.task, "token_url", url, "granted_ttl", 300));
		Answer token = this.client.send("POST", url, null, Client.bearer(this.token));
		assertThat(token.status()).isEqualTo(200);
		assertThat(token.json()).containsOnlyKeys("access_token", "token_type", "expires_in")
			.containsEntry("token_type", "Bearer");
		assertThat((int) token.get("expires_in")).isBetween(299, 300);
		assertThat(token.header("Cache-Control")).contains("no-store");
	}

	@Test
	void givesATokenForThisTaskAndThisDetailOnly() {
		Map<String, Object> claims = this.jit.token(this.token, this.jit.request(this.token, this.task, Jit.READ))
			.claims();
		assertThat(claims).containsEntry("sub", "agent:agt_analyst:task:" + this.task)
			.containsEntry("agent_id", "agt_analyst")
			.containsEntry("task_id", this.task)
			.containsEntry("jit", true)
			.containsEntry("scope", "")
			.containsEntry("authorization_details",
					List.of(Map.of("type", "file_access", "actions", List.of("read"), "identifier", "report.pdf")))
			.doesNotContainKeys("on_behalf_of", "act");
	}

	@Test
	void waitsForAPersonAndSaysWhereToAsk() {
		Answer asked = this.jit.ask(this.token, this.task, Jit.PAYMENT);
		Object id = asked.get("request_id");
		assertThat(asked.status()).isEqualTo(201);
		assertThat(asked.json())
			.containsOnlyKeys("request_id", "status", "risk_level", "task_id", "status_url", "expires_at", "message")
			.containsEntry("status", "pending")
			.containsEntry("risk_level", "critical")
			.containsEntry("status_url", ACME + "/jit/request/" + id + "/status");
		assertThat(this.jit.status(this.token, id).json())
			.isEqualTo(Map.of("request_id", id, "status", "pending", "risk_level", "critical", "task_id", this.task,
					"delegation_consent_required", false, "expires_at", asked.get("expires_at")));
		assertThat(this.jit.token(this.token, id).status()).isEqualTo(403);
	}

	@Test
	void showsTheAgentTheWordOfThePersonAndNotTheNotes() {
		Object id = this.jit.request(this.token, this.task, Jit.PAYMENT);
		assertThat(this.jit
			.approve(alice(), id, "{\"ttl\":120,\"notes\":\"internal\",\"agent_message\":\"Only this once\"}")
			.json()).isEqualTo(Map.of("request_id", id, "status", "approved", "granted_ttl", 120));
		Answer status = this.jit.status(this.token, id);
		assertThat(status.json()).containsEntry("status", "approved")
			.containsEntry("granted_ttl", 120)
			.containsEntry("has_notes", true)
			.containsEntry("agent_message", "Only this once")
			.containsEntry("token_url", ACME + "/jit/request/" + id + "/token");
		assertThat(status.body()).doesNotContain("internal", "alice");
		assertThat((int) this.jit.token(this.token, id).get("expires_in")).isBetween(119, 120);
	}

	@Test
	void deniesWithAWordAndGivesNoToken() {
		Object id = this.jit.request(this.token, this.task, Jit.PAYMENT);
		assertThat(this.jit.deny(alice(), id, "{\"reason\":\"internal\",\"agent_message\":\"Not today\"}").json())
			.isEqualTo(Map.of("request_id", id, "status", "denied"));
		Answer status = this.jit.status(this.token, id);
		assertThat(status.json()).containsEntry("status", "denied")
			.containsEntry("has_notes", true)
			.containsEntry("agent_message", "Not today")
			.doesNotContainKeys("token_url", "granted_ttl");
		assertThat(status.body()).doesNotContain("internal");
		assertThat(this.jit.token(this.token, id).status()).isEqualTo(403);
		assertThat(this.jit.approve(alice(), id, null).status()).isEqualTo(400);
	}

	@Test
	void saysThatThereIsNoWord() {
		Object id = this.jit.request(this.token, this.task, Jit.PAYMENT);
		this.jit.deny(alice(), id, null);
		assertThat(this.jit.status(this.token, id).json()).containsEntry("has_notes", false)
			.containsEntry("agent_message", null);
	}

	@Test
	void expiresWithoutADecision() {
		Answer asked = this.jit.ask(this.token, this.task, Jit.PAYMENT);
		Object id = asked.get("request_id");
		this.clock.advance(Duration.ofMinutes(5));
		assertThat(this.jit.status(this.token, id).json()).containsEntry("status", "pending")
			.containsEntry("expires_at", asked.get("expires_at"));
		assertThat(this.jit.token(this.token, id).status()).isEqualTo(403);
		assertThat(this.jit.approve(alice(), id, null).status()).isEqualTo(400);
		assertThat(this.jit.pending(alice()).body()).doesNotContain(id.toString());
	}

	@Test
	void saysThatItHasExpiredWhereTheFileWantsItSo() {
		Jit globex = new Jit(this.client, GLOBEX);
		String agent = this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken();
		Object id = globex.request(agent, globex.task(agent), Jit.PAYMENT);
		this.clock.advance(Duration.ofSeconds(59));
		assertThat(globex.status(agent, id).get("status")).isEqualTo("pending");
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(globex.status(agent, id).get("status")).isEqualTo("expired");
	}

	@Test
	void endsWhatWasGrantedAfterItsTime() {
		Object id = this.jit.ask(this.token, this.task, Jit.READ, ",\"requested_ttl\":60").get("request_id");
		String first = this.jit.token(this.token, id).accessToken();
		this.clock.advance(Duration.ofSeconds(40));
		Answer again = this.jit.token(this.token, id);
		assertThat((int) again.get("expires_in")).isBetween(19, 20);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(first)).status()).isEqualTo(200);
		this.clock.advance(Duration.ofSeconds(20));
		assertThat(this.jit.token(this.token, id).status()).isEqualTo(403);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(first)).status()).isEqualTo(401);
	}

	@Test
	void grantsAQuarterOfAnHourAtMostAndTenMinutesWithoutBeingAsked() {
		assertThat(this.jit.ask(this.token, this.task, Jit.READ, ",\"requested_ttl\":86400").get("granted_ttl"))
			.isEqualTo(900);
		assertThat(this.jit.ask(this.token, this.task, Jit.READ).get("granted_ttl")).isEqualTo(600);
		Object id = this.jit.request(this.token, this.task, Jit.PAYMENT);
		assertThat(this.jit.approve(alice(), id, "{\"ttl\":901}").status()).isEqualTo(400);
		assertThat(this.jit.approve(alice(), id, "{\"ttl\":0}").status()).isEqualTo(400);
		assertThat(this.jit.approve(alice(), id, "{\"ttl\":900}").status()).isEqualTo(200);
	}

	@Test
	void givesNoTokenThatOutlivesItsTask() {
		this.clock.advance(Duration.ofMinutes(55));
		Answer token = this.jit.token(this.token,
				this.jit.ask(this.token, this.task, Jit.READ, ",\"requested_ttl\":900").get("request_id"));
		assertThat((int) token.get("expires_in")).isBetween(299, 300);
	}

	@Test
	void endsItsTokensWithTheTask() {
		String id = this.jit.request(this.token, this.task, Jit.READ);
		String token = this.jit.token(this.token, id).accessToken();
		assertThat(introspect(token).get("active")).isEqualTo(true);
		this.jit.complete(this.token, this.task);
		assertThat(introspect(token).get("active")).isEqualTo(false);
		assertThat(this.jit.token(this.token, id).status()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"task_id\":\"%s\"}", "{\"task_id\":\"%s\",\"authorization_details\":[]}",
			"{\"task_id\":\"%s\",\"authorization_details\":[{\"type\":\"x\"}]}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"actions\":[\"read\"]}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":5}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\",\"actions\":\"read\"}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\",\"actions\":[1]}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\",\"identifier\":{}}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\",\"capability\":\"a b\"}}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\"},\"requested_ttl\":0}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\"},\"callback_url\":\"https://example.com/\"}",
			"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"x\"},\"callback_url\":\"file:///etc/passwd\"}",
			"{\"authorization_details\":{\"type\":\"x\"}}" })
	void refusesWhatIsIncomplete(String body) {
		Answer answer = this.jit.post("/jit/request", this.token, body.formatted(this.task));
		assertThat(answer.status()).as(answer.body()).isEqualTo(400);
		assertThat(answer.get("error")).isIn("validation_error", "invalid_json");
	}

	@Test
	void refusesWhatIsTooLongOrTooDeepToShow() {
		String deep = "{\"type\":\"payment\",\"x\":" + "[".repeat(450) + "]".repeat(450) + "}";
		String longer = "{\"type\":\"payment\",\"x\":\"" + "y".repeat(70_000) + "\"}";
		assertThat(this.jit.ask(this.token, this.task, deep).status()).isEqualTo(400);
		assertThat(this.jit.ask(this.token, this.task, longer).status()).isEqualTo(400);
		assertThat(this.jit.pending(alice()).status()).isEqualTo(200);
	}

	@Test
	void answersAnUnknownTaskAndAnUnknownRequestWith404() {
		assertThat(this.jit.ask(this.token, "task_unknown", Jit.READ).status()).isEqualTo(404);
		assertThat(this.jit.status(this.token, "jit_unknown").status()).isEqualTo(404);
		assertThat(this.jit.token(this.token, "jit_unknown").status()).isEqualTo(404);
	}

	@Test
	void showsNoOtherAgentsRequest() {
		String id = this.jit.request(this.token, this.task, Jit.READ);
		assertThat(this.jit.status(specialist(), id).status()).isEqualTo(403);
		assertThat(this.jit.token(specialist(), id).status()).isEqualTo(403);
		assertThat(this.jit.status(alice(), id).status()).isEqualTo(401);
	}

	@Test
	void showsNoRequestOfAnotherTenant() {
		String id = this.jit.request(this.token, this.task, Jit.READ);
		String agent = this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken();
		assertThat(new Jit(this.client, GLOBEX).status(agent, id).status()).isEqualTo(404);
		assertThat(new Jit(this.client, GLOBEX).ask(agent, this.task, Jit.READ).status()).isEqualTo(404);
	}

	@Test
	void takesAJitTokenForItsOwnTasksStateAndNothingElse() {
		String own = this.jit.token(this.token, this.jit.request(this.token, this.task, Jit.READ)).accessToken();
		Object waiting = this.jit.request(this.token, this.task, Jit.PAYMENT);
		String otherTask = this.jit.task(this.token);
		String other = this.jit.token(this.token, this.jit.request(this.token, otherTask, Jit.READ)).accessToken();
		assertThat(this.jit.status(own, waiting).status()).isEqualTo(200);
		assertThat(this.jit.status(other, waiting).status()).isEqualTo(403);
		assertThat(this.jit.token(own, this.jit.request(this.token, this.task, Jit.READ)).status()).isEqualTo(403);
		assertThat(this.jit.begin(own, "{}").status()).isEqualTo(403);
		assertThat(this.jit.post("/agents/register", own, "{\"name\":\"Other\"}").status()).isEqualTo(403);
		assertThat(this.jit.ask(own, this.task, Jit.READ).status()).isEqualTo(403);
		assertThat(this.jit.complete(other, this.task).status()).isEqualTo(403);
		assertThat(this.jit.complete(own, this.task).status()).isEqualTo(200);
	}

	@Test
	void letsAJitTokenDoWhatItsScopeSaysAndNoMore() {
		String details = "{\"type\":\"tool_invocation\",\"capability\":\"payments:refund\"}";
		Object id = this.jit.request(this.token, this.task, details);
		this.jit.approve(alice(), id, null);
		Answer token = this.jit.token(this.token, id);
		assertThat(token.claims()).containsEntry("scope", "payments:refund");
		assertThat(check(token.accessToken(), "payments:refund")).isEqualTo(true);
		// The agent has it, the permission has not.
		assertThat(check(token.accessToken(), "read:documents")).isEqualTo(false);
		assertThat(check(this.token, "payments:refund")).isEqualTo(false);
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token.accessToken())).status())
			.isEqualTo(403);
	}

	@Test
	void givesNoMoreForAUserThanTheUserHas() {
		String delegated = delegate(alice(), specialist()).accessToken();
		String delegatedTask = this.jit.task(delegated);
		String details = "{\"type\":\"tool_invocation\",\"capabilities\":[\"mcp:financial\",\"payments:refund\"]}";
		Object id = this.jit.request(delegated, delegatedTask, details);
		this.jit.approve(alice(), id, null);
		Answer token = this.jit.token(delegated, id);
		assertThat(token.claims()).containsEntry("on_behalf_of", "6f0d2f1e-alice");
		assertThat(check(token.accessToken(), "mcp:financial")).isEqualTo(true);
		assertThat(check(token.accessToken(), "payments:refund")).isEqualTo(false);
	}

	@Test
	void exchangesNoJitToken() {
		String own = this.jit.token(this.token, this.jit.request(this.token, this.task, Jit.READ)).accessToken();
		assertThat(exchange(ACME, own, "client_id", "agt_analyst", "client_secret", "analyst-secret").get("error"))
			.isEqualTo("delegation_not_allowed");
		assertThat(delegate(own, specialist()).get("error")).isEqualTo("delegation_not_allowed");
		assertThat(delegate(alice(), own).get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void givesATokenForTheServerThatItIsAskedForIfTheAgentMayGoThere() {
		String details = "{\"type\":\"api_call\",\"actions\":[\"GET\"],\"locations\":[\"%s\"]}";
		Answer token = this.jit.token(this.token,
				this.jit.request(this.token, this.task, details.formatted("https://mcp.example.com")));
		assertThat(token.claims()).containsEntry("aud", "https://mcp.example.com");
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token.accessToken())).status()).isEqualTo(401);
		String orchestrator = orchestrator();
		for (String name : new String[] { "https://mcp.example.com", "urn:mcp:financial-data" }) {
			assertThat(this.jit.ask(orchestrator, this.jit.task(orchestrator), details.formatted(name)).status())
				.isEqualTo(403);
		}
	}

	@Test
	void endsWithTheBudget() {
		String changing = changing().accessToken();
		String id = this.jit.request(changing, this.jit.task(changing), Jit.READ);
		admin("PUT", "/budget", "{\"max_tokens_per_day\":1}");
		admin("POST", "/budget/exhaust", "");
		Answer answer = this.jit.token(changing, id);
		assertThat(answer.status()).isEqualTo(429);
		assertThat(answer.get("error")).isEqualTo("budget_exceeded");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"type":"file_access","actions":["read"]}                                           | low
			{"type":"api_call","actions":["GET"]}                                               | low
			{"type":"file_access","actions":["write"]}                                          | medium
			{"type":"anything"}                                                                 | medium
			{"type":"file_access","actions":["read","delete"]}                                  | high
			{"type":"api_call","actions":["DELETE"]}                                            | high
			{"type":"tool_invocation","actions":["execute"],"identifier":"refund"}              | high
			{"type":"payment","actions":["read"]}                                               | critical
			{"type":"user_data"}                                                                | critical
			{"type":"credentials","actions":["read"]}                                           | critical
			{"type":"tool_invocation","actions":["execute"],"identifier":"lookup"}              | low
			{"type":"file_access","actions":["read","archive"]}                                 | high
			{"type":"x","actions":["read"],"capability":"read:documents"}                       | low
			{"type":"x","actions":["read"],"capability":"payments:refund"}                      | high
			{"type":"x","actions":["execute"],"capability":"reports:write"}                     | medium
			{"type":"x","actions":["read"],"capabilities":["reports:write","payments:refund"]}  | high
			{"type":"tool_invocation","identifier":"lookup","capability":"payments:refund"}     | high
			""")
	void judgesTheRisk(String details, String risk) {
		Answer answer = this.jit.ask(this.token, this.task, details);
		assertThat(answer.get("risk_level")).isEqualTo(risk);
		boolean waits = risk.equals("high") || risk.equals("critical");
		assertThat(answer.get("status")).isEqualTo(waits ? "pending" : "approved");
	}

	@Test
	void saysWhenItEnds() {
		Instant end = Instant.parse(
				this.jit.ask(this.token, this.task, Jit.PAYMENT).get("expires_at").toString().replace("+00:00", "Z"));
		assertThat(end).isEqualTo(this.clock.instant().plus(Duration.ofMinutes(5)).truncatedTo(ChronoUnit.SECONDS));
	}

	private Object check(String bearer, String permission) {
		return this.client
			.json("POST", ACME + "/authz/check", "{\"permission\":\"" + permission + "\"}", Client.bearer(bearer))
			.get("allowed");
	}

	private Answer introspect(String token) {
		return this.client.form(ACME + "/oauth/introspect", "token", token, "client_id", "agt_analyst", "client_secret",
				"analyst-secret");
	}

}
