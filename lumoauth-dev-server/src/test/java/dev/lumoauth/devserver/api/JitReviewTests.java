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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Jit;
import dev.lumoauth.devserver.Login;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JitReviewController}.
 */
class JitReviewTests extends ServerTests {

	private Jit jit;

	private String id;

	@BeforeEach
	void ask() {
		this.jit = new Jit(this.client, ACME);
		this.id = this.jit.request(specialist(), this.jit.task(specialist()), Jit.PAYMENT);
	}

	@AfterEach
	void restore() {
		admin("DELETE", "/capabilities/jit.approve", "");
		this.jit.deny(alice(), this.id, null);
	}

	@Test
	void listsWhatWaits() {
		Answer answer = this.jit.pending(alice());
		assertThat(answer.json()).containsOnlyKeys("pending_requests", "count", "data", "pagination")
			.containsEntry("data", answer.get("pending_requests"));
		assertThat(answer.get("pending_requests").toString()).contains("request_id=" + this.id, "status=pending",
				"risk_level=critical", "agent_id=agt_specialist", "identifier=inv-12");
		this.jit.approve(alice(), this.id, null);
		assertThat(this.jit.pending(alice()).body()).doesNotContain(this.id);
	}

	@Test
	void listsItForAnAgentThatMayApproveButLetsItDecideNothing() {
		String agent = changing().accessToken();
		assertThat(this.jit.pending(agent).status()).isEqualTo(403);
		admin("PUT", "/capabilities/jit.approve", "");
		assertThat(this.jit.pending(agent).body()).contains(this.id);
		assertThat(this.jit.approve(agent, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.deny(agent, this.id, null).status()).isEqualTo(403);
	}

	@Test
	void letsNoUserDecideWithoutThePermission() {
		String bob = user("bob", "{}").accessToken();
		assertThat(this.jit.pending(bob).status()).isEqualTo(403);
		assertThat(this.jit.approve(bob, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.deny(bob, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.status(specialist(), this.id).get("status")).isEqualTo("pending");
	}

	@Test
	void letsNoAgentDecideWithATokenOfAUserForWhomItActs() {
		String delegated = delegate(alice(), specialist()).accessToken();
		assertThat(this.jit.approve(delegated, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.pending(delegated).status()).isEqualTo(403);
	}

	@Test
	void letsNoAgentDecideWithTheTokenThatAUsersConsentHasGivenIt() {
		Login consent = new Login(this.client, ACME, "deputy-secret");
		consent.request.put("client_id", "agt_deputy");
		consent.request.put("redirect_uri", "http://127.0.0.1:8123/callback");
		consent.token.put("client_id", "agt_deputy");
		consent.token.put("redirect_uri", "http://127.0.0.1:8123/callback");
		String aliceHeldByAnAgent = consent.as("alice").accessToken();
		assertThat(this.jit.approve(aliceHeldByAnAgent, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.status(specialist(), this.id).get("status")).isEqualTo("pending");
	}

	@Test
	void letsNoAgentDecideWithTheTokenOfAUserThatItHasExchanged() {
		String exchanged = alice();
		delegate(exchanged, specialist());
		Answer answer = this.jit.approve(exchanged, this.id, null);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(this.jit.deny(exchanged, this.id, null).status()).isEqualTo(403);
		assertThat(this.jit.approve(alice(), this.id, null).status()).isEqualTo(200);
	}

	@Test
	void decidesOnce() {
		assertThat(this.jit.approve(alice(), this.id, "{}").json())
			.isEqualTo(Map.of("request_id", this.id, "status", "approved", "granted_ttl", 600));
		assertThat(this.jit.approve(alice(), this.id, "{}").status()).isEqualTo(400);
		Answer denied = this.jit.deny(alice(), this.id, "{}");
		assertThat(denied.status()).isEqualTo(400);
		assertThat(denied.get("error")).isEqualTo("invalid_state");
		assertThat(this.jit.status(specialist(), this.id).get("status")).isEqualTo("approved");
	}

	@Test
	void decidesNothingOfAnotherTenant() {
		String globexAlice = this.client.json("POST", "/dev/tenants/globex/users/alice/token", "{}").accessToken();
		assertThat(new Jit(this.client, GLOBEX).approve(globexAlice, this.id, null).status()).isEqualTo(404);
		assertThat(this.jit.approve(globexAlice, this.id, null).status()).isEqualTo(401);
		assertThat(this.jit.approve(alice(), "jit_unknown", null).status()).isEqualTo(404);
	}

	@Test
	void announcesADecisionWhereTheAgentWantsItAnnounced() throws Exception {
		BlockingQueue<String> announced = new LinkedBlockingQueue<>();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			announced.add(exchange.getRequestMethod() + " "
					+ new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		try {
			Object announcedId = this.jit
				.ask(specialist(), this.jit.task(specialist()), Jit.PAYMENT,
						",\"callback_url\":\"http://127.0.0.1:%d/decided\"".formatted(server.getAddress().getPort()))
				.get("request_id");
			this.jit.deny(alice(), announcedId, "{\"reason\":\"internal\",\"agent_message\":\"No\"}");
			assertThat(announced.poll(20, TimeUnit.SECONDS)).startsWith("POST ")
				.contains("\"request_id\":\"" + announcedId + "\"", "\"status\":\"denied\"", "\"agent_message\":\"No\"")
				.doesNotContain("internal", "alice");
		}
		finally {
			server.stop(0);
		}
	}

	@Test
	void takesNoWordThatIsEndless() {
		assertThat(this.jit.deny(alice(), this.id, "{\"agent_message\":\"" + "x".repeat(1_001) + "\"}").status())
			.isEqualTo(400);
	}

}
