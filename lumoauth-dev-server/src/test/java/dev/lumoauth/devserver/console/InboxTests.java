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

package dev.lumoauth.devserver.console;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Jit;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.console.InboxState.Item;
import dev.lumoauth.devserver.console.InboxState.Row;
import dev.lumoauth.devserver.state.Tenants;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InboxController} and {@link InboxState}.
 */
class InboxTests extends ServerTests {

	@Autowired
	private Tenants tenants;

	@Autowired
	private Approvals approvals;

	private Jit jit;

	private String token;

	@BeforeEach
	void createJit() {
		this.jit = new Jit(this.client, ACME);
		this.token = analyst().accessToken();
	}

	@Test
	void decidesAsTheUserWhoIsSignedIn() {
		String id = ask("inv-1", 10);
		String cookie = signIn("acme-corp", "alice");
		assertThat(this.client.get("/dev/console/session", "Cookie", cookie).get("user"))
			.isEqualTo(Map.of("tenant", "acme-corp", "username", "alice", "name", "Alice"));
		Answer answer = decide(id, "approve", cookie,
				"{\"ttl\":60,\"agent_message\":\"Only this once\",\"notes\":\"checked\"}");
		assertThat(answer.json()).isEqualTo(Map.of("id", id, "state", "approved"));
		assertThat(this.jit.status(this.token, id).json()).containsEntry("granted_ttl", 60)
			.containsEntry("agent_message", "Only this once")
			.containsEntry("has_notes", true);
		Item item = inbox().history().stream().filter((past) -> past.id().equals(id)).findFirst().orElseThrow();
		assertThat(item.decidedBy()).isEqualTo("Alice");
		assertThat(item.notes()).isEqualTo("checked");
	}

	@Test
	void deniesWithAWord() {
		String id = ask("inv-1", 10);
		decide(id, "deny", signIn("acme-corp", "alice"), "{\"agent_message\":\"No\",\"notes\":\"\"}");
		assertThat(this.jit.status(this.token, id).json()).containsEntry("status", "denied")
			.containsEntry("agent_message", "No")
			.containsEntry("has_notes", false);
	}

	@Test
	void decidesNothingForWhoIsNotSignedInWhateverTheRequestSays() {
		String id = ask("inv-1", 10);
		assertThat(decide(id, "approve", "x=y", "{\"user\":\"alice\",\"tenant\":\"acme-corp\"}").status())
			.isEqualTo(401);
		assertThat(decide(id, "approve", "lumoauth-dev-console=guess", "{}").status()).isEqualTo(401);
		assertThat(decide(id, "approve", signIn("acme-corp", "bob"), "{\"user\":\"alice\"}").status()).isEqualTo(403);
		assertThat(decide(id, "approve", signIn("globex", "alice"), "{}").status()).isEqualTo(404);
		String signedOut = signIn("acme-corp", "alice");
		this.client.send("DELETE", "/dev/console/session", null, "Cookie", signedOut);
		assertThat(decide(id, "approve", signedOut, "{}").status()).isEqualTo(401);
		assertThat(this.jit.status(this.token, id).get("status")).isEqualTo("pending");
	}

	@Test
	void takesNoDecisionOfAnotherSitesPage() {
		String id = ask("inv-1", 10);
		Answer answer = this.client.json("POST", "/dev/console/inbox/" + id + "/approve", "{}", "Cookie",
				signIn("acme-corp", "alice"), "Origin", "http://localhost:8080");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(this.jit.status(this.token, id).get("status")).isEqualTo("pending");
	}

	@Test
	void keepsTheSessionFromScriptsAndOtherSites() {
		Answer answer = this.client.json("POST", "/dev/console/session",
				"{\"tenant\":\"acme-corp\",\"user\":\"alice\"}");
		assertThat(answer.header("Set-Cookie")).contains("HttpOnly", "SameSite=Strict", "Path=/dev/console");
		assertThat(this.client.get("/dev/console/session").json()).isEqualTo(Collections.singletonMap("user", null));
		assertThat(
				this.client.json("POST", "/dev/console/session", "{\"tenant\":\"acme-corp\",\"user\":\"x\"}").status())
			.isEqualTo(400);
	}

	@Test
	void showsWhatDiffersFromTheLastSimilarCall() {
		decide(ask("inv-7", 10), "approve", signIn("acme-corp", "alice"), "{}");
		decide(ask("inv-8", 10), "approve", signIn("acme-corp", "alice"), "{}");
		String id = this.jit.request(this.token, this.jit.task(this.token), """
				{"type":"payment","actions":["initiate"],"identifier":"inv-7","amount":900,"bcc":"eve@example.com"}""");
		Item item = waiting(id);
		assertThat(item.rows()).contains(new Row("type", "payment", null, null),
				new Row("identifier", "inv-7", null, null), new Row("amount", "900", "changed", "10"),
				new Row("bcc", "eve@example.com", "new", null), new Row("currency", null, "gone", "USD"));
		assertThat(item.compared()).isNotNull();
		assertThat(item.deciders()).containsExactly("alice");
	}

	@Test
	void comparesWithNoOtherAgentsCallAndNoOtherAction() {
		String other = specialist();
		decide(this.jit.request(other, this.jit.task(other), "{\"type\":\"payment\",\"actions\":[\"refund\"]}"), "deny",
				signIn("acme-corp", "alice"), "{}");
		String id = this.jit.request(this.token, this.jit.task(this.token),
				"{\"type\":\"payment\",\"actions\":[\"refund\"]}");
		assertThat(waiting(id).compared()).isNull();
		assertThat(waiting(id).rows()).allMatch((row) -> row.change() == null);
	}

	@Test
	void showsWhoIsAskedAndNoTokenOfAPushApproval() {
		Answer push = push("{\"tool\":\"only-here\",\"amount\":1}");
		Item item = last();
		assertThat(item.kind()).isEqualTo("push");
		assertThat(item.deciders()).containsExactly("alice");
		assertThat(item.onBehalfOf()).isEqualTo("Alice");
		assertThat(item.rows()).containsExactly(new Row("tool", "only-here", null, null),
				new Row("amount", "1", null, null));
		assertThat(item.toString()).doesNotContain(push.get("approval_token").toString());
	}

	@Test
	void comparesWhatNamesNoToolOnlyWithWhatHasTheSameNames() {
		push("{\"wire\":1,\"to\":\"DE00\"}");
		decide(last().id(), "approve", signIn("acme-corp", "alice"), "{}");
		push("{\"wire\":2,\"to\":\"DE00\"}");
		assertThat(last().rows()).containsExactly(new Row("wire", "2", "changed", "1"),
				new Row("to", "DE00", null, null));
		push("{\"wire\":2,\"user_to_delete\":\"bob\"}");
		assertThat(last().compared()).isNull();
	}

	private Answer push(String meta) {
		return this.jit.post("/agents/me/approvals", specialist(),
				"{\"task_id\":\"t\",\"reason\":\"r\",\"on_behalf_of\":\"alice@example.com\",\"meta\":" + meta + "}");
	}

	private Item last() {
		List<ApprovalRequest> requests = this.approvals.list(this.tenants.find("acme-corp").orElseThrow());
		return waiting(requests.get(requests.size() - 1).id());
	}

	private String ask(String invoice, int amount) {
		return this.jit.request(this.token, this.jit.task(this.token), """
				{"type":"payment","actions":["initiate"],"identifier":"%s","amount":%d,"currency":"USD"}"""
			.formatted(invoice, amount));
	}

	private InboxState inbox() {
		return InboxState.of(this.tenants.all(), this.approvals);
	}

	private Item waiting(String id) {
		return inbox().waiting().stream().filter((item) -> item.id().equals(id)).findFirst().orElseThrow();
	}

	private String signIn(String tenant, String user) {
		String cookie = this.client
			.json("POST", "/dev/console/session", "{\"tenant\":\"%s\",\"user\":\"%s\"}".formatted(tenant, user))
			.header("Set-Cookie");
		return cookie.substring(0, cookie.indexOf(';'));
	}

	private Answer decide(String id, String decision, String cookie, String body) {
		return this.client.json("POST", "/dev/console/inbox/" + id + "/" + decision, body, "Cookie", cookie);
	}

}
