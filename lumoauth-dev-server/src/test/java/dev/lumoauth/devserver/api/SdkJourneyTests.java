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

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Jit;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The just-in-time and approval journeys of LumoAuth's own SDKs, by the requests that
 * these send: path, headers and body as in sdk-python 4a7ad8a and before ({@code /t/}),
 * and sdk-js d6bb94e.
 */
class SdkJourneyTests extends ServerTests {

	private static final String[] JAVASCRIPT = { "Content-Type", "application/json", "Accept", "application/json" };

	private String agent;

	private Object id;

	@BeforeEach
	void authenticate() {
		this.agent = specialist();
	}

	/**
	 * {@code JITContext}, which calls for what it is told to by the server.
	 */
	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void python(String base) {
		String user = alice();
		// Its exchange has no client_id and no secret.
		String delegated = this.client
			.form(base + "/oauth/token", "grant_type", Client.EXCHANGE, "subject_token", user, "subject_token_type",
					Client.ACCESS_TOKEN, "actor_token", this.agent, "actor_token_type", Client.ACCESS_TOKEN)
			.accessToken();
		Answer task = python("POST", base + "/jit/task", delegated,
				"{\"name\": \"Analyse Q4 report\", \"type\": \"analysis\", \"on_behalf_of\": \"alice@example.com\"}");
		assertThat(task.status()).isEqualTo(201);
		assertThat(task.json()).containsKeys("task_id", "caep_session_id", "expires_at");
		Answer result = python("POST", base + "/jit/request", delegated,
				"{\"task_id\": \"%s\", \"authorization_details\": {\"type\": \"payment\", \"actions\": [\"initiate\"]}, \"requested_ttl\": 300, \"justification\": \"Pay it\"}"
					.formatted(task.get("task_id")));
		assertThat(result.get("status")).isEqualTo("pending");
		assertThat(result.get("request_id")).isNotNull();
		this.id = result.get("request_id");
		String statusUrl = result.get("status_url").toString();
		assertThat(python("GET", statusUrl, delegated, null).get("status")).isEqualTo("pending");
		new Jit(this.client, base).approve(alice(), this.id, "{\"agent_message\":\"Once\"}");
		Answer resolved = python("GET", statusUrl, delegated, null);
		assertThat(resolved.json()).containsEntry("status", "approved").containsEntry("agent_message", "Once");
		Answer token = python("POST", base + "/jit/request/" + this.id + "/token", delegated, null);
		assertThat(token.status()).isEqualTo(200);
		assertThat((int) token.get("expires_in")).isBetween(299, 300);
		assertThat(token.claims()).containsEntry("on_behalf_of", "6f0d2f1e-alice");
		assertThat(python("POST", base + "/jit/task/" + task.get("task_id") + "/evaluate", delegated,
				"{\"result\": \"completed\", \"notes\": \"done\"}")
			.status()).isEqualTo(200);
		assertThat(python("POST", base + "/jit/task/" + task.get("task_id") + "/complete", delegated, null).status())
			.isEqualTo(200);
		assertThat(introspect(token.accessToken()).get("active")).isEqualTo(false);
	}

	/**
	 * {@code call_with_escalation}: what a resource's 403 names, and its call once more.
	 */
	@Test
	void pythonEscalates() {
		Object task = python("POST", ACME + "/jit/task", this.agent, "{}").get("task_id");
		Answer result = python("POST", ACME + "/jit/request", this.agent,
				"{\"task_id\": \"%s\", \"authorization_details\": {\"type\": \"file_access\", \"actions\": [\"write\"], \"identifier\": \"report_2024.pdf\"}, \"requested_ttl\": 300, \"justification\": \"Required for user request\"}"
					.formatted(task));
		assertThat(result.get("status")).isEqualTo("approved");
		Answer token = python("POST", ACME + "/jit/request/" + result.get("request_id") + "/token", this.agent, null);
		Answer introspected = introspect(token.accessToken());
		assertThat(introspected.json()).containsEntry("active", true)
			.containsEntry("authorization_details", List
				.of(Map.of("type", "file_access", "actions", List.of("write"), "identifier", "report_2024.pdf")));
	}

	/**
	 * {@code require_approval}: polls until somebody has decided.
	 */
	@Test
	void pythonRequiresAnApproval() {
		Answer created = python("POST", ACME_ORG + "/agents/me/approvals", this.agent,
				"{\"task_id\": \"wire-2026-05-07-001\", \"reason\": \"Wire $4,500 to vendor INV-7741\", \"impact\": \"high\", \"on_behalf_of\": \"alice@example.com\", \"meta\": {\"action\": \"wire-transfer\", \"amount\": 4500, \"vendor\": \"INV-7741\"}}");
		assertThat(created.status()).isEqualTo(201);
		String path = ACME_ORG + "/agents/me/approvals/" + created.get("approval_token") + "/status";
		assertThat(python("GET", path, this.agent, null).get("status")).isEqualTo("pending");
		decideLast("approve");
		assertThat(python("GET", path, this.agent, null).json()).containsEntry("status", "approved")
			.containsEntry("approval_token", created.get("approval_token"))
			.containsEntry("task_id", "wire-2026-05-07-001")
			.containsEntry("impact", "high")
			.containsEntry("reason", "Wire $4,500 to vendor INV-7741")
			.containsKeys("responded_at", "approved_by");
	}

	/**
	 * {@code JitModule}, which says {@code application/json} of every request, also where
	 * there is no body.
	 */
	@Test
	void javascript() {
		Answer task = javascript("POST", "/jit/task", "{\"name\":\"Research\"}");
		assertThat(task.status()).isEqualTo(201);
		Answer result = javascript("POST", "/jit/request",
				"{\"task_id\":\"%s\",\"authorization_details\":{\"type\":\"payment\",\"actions\":[\"initiate\"]},\"requested_ttl\":300,\"justification\":\"Pay it\"}"
					.formatted(task.get("task_id")));
		this.id = result.get("request_id");
		assertThat(javascript("GET", "/jit/request/" + this.id + "/status", null).get("status")).isEqualTo("pending");
		new Jit(this.client, ACME_ORG).approve(alice(), this.id, null);
		assertThat(javascript("GET", "/jit/request/" + this.id + "/status", null).get("status")).isEqualTo("approved");
		Answer token = javascript("POST", "/jit/request/" + this.id + "/token", null);
		assertThat(token.status()).isEqualTo(200);
		assertThat(javascript("POST", "/jit/task/" + task.get("task_id") + "/evaluate", "{\"result\":\"completed\"}")
			.status()).isEqualTo(200);
		assertThat(javascript("POST", "/jit/task/" + task.get("task_id") + "/complete", null).status()).isEqualTo(200);
		assertThat(introspect(token.accessToken()).get("active")).isEqualTo(false);
	}

	@Test
	void javascriptRequiresAnApproval() {
		Answer created = javascript("POST", "/agents/me/approvals",
				"{\"task_id\":\"wire-001\",\"reason\":\"Wire\",\"impact\":\"medium\",\"on_behalf_of\":\"alice@example.com\",\"meta\":null}");
		assertThat(created.status()).isEqualTo(201);
		String path = "/agents/me/approvals/" + created.get("approval_token") + "/status";
		assertThat(javascript("GET", path, null).get("status")).isEqualTo("pending");
		decideLast("deny");
		assertThat(javascript("GET", path, null).json()).containsEntry("status", "denied")
			.containsEntry("approved_by", null);
	}

	/**
	 * All of them look for {@code requests}, which LumoAuth's answer does not have.
	 */
	@Test
	void noneOfThemSeesWhatWaits() {
		Answer pending = new Jit(this.client, ACME).pending(alice());
		assertThat(pending.json()).containsKeys("pending_requests", "data", "count").doesNotContainKey("requests");
	}

	private Answer python(String method, String path, String token, String body) {
		String[] headers = { "Authorization", "Bearer " + token, "User-Agent", "python-requests/2.32.3", "Accept",
				"*/*" };
		return (body != null) ? this.client.json(method, path, body, headers)
				: this.client.send(method, path, null, headers);
	}

	private Answer javascript(String method, String path, String body) {
		String[] headers = { "Authorization", "Bearer " + this.agent, JAVASCRIPT[0], JAVASCRIPT[1], JAVASCRIPT[2],
				JAVASCRIPT[3] };
		return this.client.send(method, ACME_ORG + path, body, headers);
	}

	private void decideLast(String decision) {
		List<?> requests = (List<?>) this.client.get("/dev/tenants/acme-corp/inbox").get("requests");
		Object last = ((Map<?, ?>) requests.get(requests.size() - 1)).get("id");
		assertThat(this.client
			.json("POST", "/dev/tenants/acme-corp/inbox/" + last + "/" + decision, "{\"user\":\"alice\"}")
			.status()).isEqualTo(200);
	}

	private Answer introspect(String token) {
		return this.client.form(ACME + "/oauth/introspect", "token", token, "client_id", "agt_specialist",
				"client_secret", "specialist-secret");
	}

}
