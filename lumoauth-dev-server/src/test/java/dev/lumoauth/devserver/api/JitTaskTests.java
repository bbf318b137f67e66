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
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
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
 * Tests for {@link JitTaskController}.
 */
class JitTaskTests extends ServerTests {

	private Jit jit;

	@BeforeEach
	void createJit() {
		this.jit = new Jit(this.client, ACME);
	}

	@AfterEach
	void restore() {
		admin("DELETE", "/capabilities/delegate:on_behalf", "");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void beginsATaskInBothLayouts(String base) {
		Answer answer = new Jit(this.client, base).begin(analyst().accessToken(),
				"{\"name\":\"Research\",\"type\":\"research\"}");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.json()).containsOnlyKeys("task_id", "caep_session_id", "expires_at", "agent_id", "agent")
			.containsEntry("agent_id", "agt_analyst")
			.containsEntry("agent", Map.of("id", "agt_analyst", "name", "Analyst"));
		assertThat(answer.get("expires_at").toString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
	}

	@Test
	void needsNoBody() {
		assertThat(this.jit.begin(analyst().accessToken(), null).status()).isEqualTo(201);
	}

	@Test
	void beginsATaskOnBehalfOfAUserOnlyIfTheAgentMayActForOne() {
		String body = "{\"on_behalf_of\":\"alice@example.com\"}";
		String changing = changing().accessToken();
		assertThat(this.jit.begin(changing, body).status()).isEqualTo(403);
		admin("PUT", "/capabilities/delegate:on_behalf", "");
		assertThat(this.jit.begin(changing, body).get("on_behalf_of")).isEqualTo("alice@example.com");
		assertThat(this.jit.begin(changing, "{\"on_behalf_of\":\"nobody@example.com\"}").status()).isEqualTo(400);
	}

	@Test
	void takesTheUserOfADelegatedTokenAndNoOther() {
		String delegated = delegate(alice(), specialist()).accessToken();
		assertThat(this.jit.begin(delegated, "{}").get("on_behalf_of")).isEqualTo("alice@example.com");
		assertThat(this.jit.begin(delegated, "{\"on_behalf_of\":\"usr_bob\"}").status()).isEqualTo(400);
	}

	@Test
	void isForAgentsOnly() {
		assertThat(this.jit.begin(alice(), "{}").status()).isEqualTo(401);
		assertThat(this.client.json("POST", ACME + "/jit/task", "{}").status()).isEqualTo(401);
		assertThat(
				this.jit.begin(this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken(), "{}").status())
			.isEqualTo(401);
	}

	@Test
	void completesATaskOnceAndSaysSoAgain() {
		String token = analyst().accessToken();
		String task = this.jit.task(token);
		Answer first = this.jit.complete(token, task);
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.json()).containsEntry("task_id", task).containsEntry("status", "completed");
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.jit.complete(token, task).json()).isEqualTo(first.json());
		assertThat(this.jit.ask(token, task, Jit.READ).status()).isEqualTo(400);
	}

	@Test
	void letsNoOtherAgentTouchIt() {
		String task = this.jit.task(analyst().accessToken());
		String other = specialist();
		assertThat(this.jit.complete(other, task).status()).isEqualTo(403);
		assertThat(this.jit.evaluate(other, task, "{}").status()).isEqualTo(403);
		assertThat(this.jit.ask(other, task, Jit.READ).status()).isEqualTo(403);
		assertThat(this.jit.begin(other, "{\"parent_task_id\":\"" + task + "\"}").status()).isEqualTo(403);
		assertThat(this.jit.complete(other, "task_unknown").status()).isEqualTo(404);
	}

	@Test
	void letsTheAgentTouchNoTaskOfAnotherUser() {
		String task = this.jit.task(delegate(alice(), specialist()).accessToken());
		String forBob = delegate(user("bob", "{}").accessToken(), specialist()).accessToken();
		assertThat(this.jit.ask(forBob, task, Jit.READ).status()).isEqualTo(403);
		assertThat(this.jit.complete(forBob, task).status()).isEqualTo(403);
	}

	@Test
	void endsByItself() {
		String token = analyst().accessToken();
		String task = this.jit.task(token);
		this.clock.advance(Duration.ofMinutes(59));
		assertThat(this.jit.ask(token, task, Jit.READ).status()).isEqualTo(201);
		this.clock.advance(Duration.ofSeconds(61));
		assertThat(this.jit.ask(analyst().accessToken(), task, Jit.READ).get("error")).isEqualTo("task_not_active");
	}

	@Test
	void endsWithItsParent() {
		String token = analyst().accessToken();
		String parent = this.jit.task(token);
		String part = this.jit.begin(token, "{\"parent_task_id\":\"" + parent + "\"}").get("task_id").toString();
		String jitToken = this.jit.token(token, this.jit.request(token, part, Jit.READ)).accessToken();
		this.jit.complete(token, parent);
		assertThat(this.jit.ask(token, part, Jit.READ).status()).isEqualTo(400);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(jitToken)).status()).isEqualTo(401);
		assertThat(this.jit.begin(token, "{\"parent_task_id\":\"" + parent + "\"}").status()).isEqualTo(400);
	}

	@Test
	void isSuspendedByDenialsWithAllThatItHas() {
		String token = analyst().accessToken();
		String task = this.jit.task(token);
		String jitToken = this.jit.token(token, this.jit.request(token, task, Jit.READ)).accessToken();
		String waiting = this.jit.request(token, task, Jit.PAYMENT);
		for (int i = 0; i < 2; i++) {
			this.jit.deny(alice(), this.jit.request(token, task, Jit.PAYMENT), null);
		}
		assertThat(this.jit.evaluate(token, task, "{}").json()).containsEntry("active", true)
			.containsEntry("events", List.of());
		assertThat(this.jit.ask(token, task, Jit.READ).json()).containsEntry("risk_level", "critical")
			.containsEntry("status", "pending");
		this.jit.deny(alice(), this.jit.request(token, task, Jit.PAYMENT), null);
		Answer evaluated = this.jit.evaluate(token, task, "{\"result\":\"completed\",\"notes\":\"done\"}");
		assertThat(evaluated.json()).containsEntry("active", false).containsEntry("action", "suspended");
		assertThat(evaluated.get("events").toString()).contains("risk_threshold_exceeded", "denial_count=3");
		assertThat(this.jit.ask(token, task, Jit.READ).get("error")).isEqualTo("task_not_active");
		assertThat(this.jit.status(token, waiting).get("status")).isEqualTo("cancelled");
		assertThat(this.jit.approve(alice(), waiting, null).status()).isEqualTo(400);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(jitToken)).status()).isEqualTo(401);
	}

	@Test
	void isNotClosedByTheOutcomeThatLumoAuthsSdksSend() {
		String token = analyst().accessToken();
		String task = this.jit.task(token);
		assertThat(this.jit.evaluate(token, task, "{\"result\":\"failed\"}").get("active")).isEqualTo(true);
		assertThat(this.jit.ask(token, task, Jit.READ).status()).isEqualTo(201);
	}

}
