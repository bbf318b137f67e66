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

package dev.lumoauth.devserver.oauth;

import java.time.Duration;
import java.util.List;
import java.util.Map;

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
 * Tests for {@link BackchannelController} and {@link CibaGrant}.
 */
class CibaTests extends ServerTests {

	private static final String DETAILS = "[" + Jit.PAYMENT + "]";

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void asksAUserAndGivesTheTokenOnce(String base) {
		Answer asked = this.client.formAs(Client.bearer(specialist()), base + "/oauth/bc-authorize", "login_hint",
				"alice@example.com", "scope", "openid", "binding_message", "Pay it", "authorization_details", DETAILS);
		assertThat(asked.status()).isEqualTo(200);
		assertThat(asked.json()).containsOnlyKeys("auth_req_id", "expires_in", "interval")
			.containsEntry("expires_in", 300)
			.containsEntry("interval", 5);
		assertThat(poll(base, asked).json()).containsEntry("error", "authorization_pending");
		decide("approve", "alice");
		this.clock.advance(Duration.ofSeconds(5));
		Answer token = poll(base, asked);
		assertThat(token.status()).as(token.body()).isEqualTo(200);
		assertThat(token.get("authorization_details"))
			.isEqualTo(List.of(Map.of("type", "payment", "actions", List.of("initiate"), "identifier", "inv-12")));
		assertThat(token.claims()).containsEntry("sub", "agent:agt_specialist:task:" + token.get("task_id"))
			.containsEntry("jit_request_id", token.get("jit_request_id"))
			.containsEntry("on_behalf_of", "6f0d2f1e-alice");
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(poll(base, asked).json()).containsEntry("error", "invalid_grant");
		Jit jit = new Jit(this.client, base);
		assertThat(jit.status(specialist(), token.get("jit_request_id")).get("status")).isEqualTo("approved");
		jit.complete(specialist(), token.get("task_id").toString());
		assertThat(this.client.get(base + "/agents/me", Client.bearer(token.accessToken())).status()).isEqualTo(401);
	}

	@Test
	void takesTheAgentsSecretAsWell() {
		assertThat(this.client
			.form(ACME + "/oauth/bc-authorize", "client_id", "agt_specialist", "client_secret", "specialist-secret",
					"login_hint", "alice", "authorization_details", DETAILS)
			.status()).isEqualTo(200);
		assertThat(this.client
			.formAs(Client.basic("agt_specialist", "specialist-secret"), ACME + "/oauth/bc-authorize", "login_hint",
					"alice", "authorization_details", DETAILS)
			.status()).isEqualTo(200);
	}

	@Test
	void saysThatTheUserHasDenied() {
		Answer asked = ask();
		decide("deny", "alice");
		Answer denied = poll(ACME, asked);
		assertThat(denied.status()).isEqualTo(400);
		assertThat(denied.get("error")).isEqualTo("access_denied");
	}

	@Test
	void slowsDownWhoAsksTooOften() {
		Answer asked = ask();
		assertThat(poll(ACME, asked).get("error")).isEqualTo("authorization_pending");
		this.clock.advance(Duration.ofSeconds(4));
		Answer tooSoon = poll(ACME, asked);
		assertThat(tooSoon.status()).isEqualTo(400);
		assertThat(tooSoon.get("error")).isEqualTo("slow_down");
		this.clock.advance(Duration.ofSeconds(9));
		assertThat(poll(ACME, asked).get("error")).isEqualTo("slow_down");
		this.clock.advance(Duration.ofSeconds(15));
		assertThat(poll(ACME, asked).get("error")).isEqualTo("authorization_pending");
	}

	@Test
	void expires() {
		Answer asked = ask("requested_expiry", "60");
		assertThat(asked.get("expires_in")).isEqualTo(60);
		this.clock.advance(Duration.ofSeconds(59));
		assertThat(poll(ACME, asked).get("error")).isEqualTo("authorization_pending");
		this.clock.advance(Duration.ofSeconds(5));
		Answer expired = poll(ACME, asked);
		assertThat(expired.status()).isEqualTo(400);
		assertThat(expired.get("error")).isEqualTo("expired_token");
	}

	@Test
	void expiresAlsoWhenItWasApproved() {
		Answer asked = ask();
		decide("approve", "alice");
		this.clock.advance(Duration.ofMinutes(10));
		assertThat(poll(ACME, asked).get("error")).isEqualTo("expired_token");
	}

	@Test
	void waitsNoLongerThanFiveMinutes() {
		assertThat(ask("requested_expiry", "86400").get("expires_in")).isEqualTo(300);
	}

	@Test
	void answersNoOtherClient() {
		Answer asked = ask();
		decide("approve", "alice");
		Answer other = this.client.form(ACME + "/oauth/token", "grant_type", "urn:openid:params:grant-type:ciba",
				"auth_req_id", asked.get("auth_req_id").toString(), "client_id", "agt_deputy", "client_secret",
				"deputy-secret");
		assertThat(other.get("error")).isEqualTo("invalid_grant");
		assertThat(this.client
			.form(ACME + "/oauth/token", "grant_type", "urn:openid:params:grant-type:ciba", "auth_req_id",
					asked.get("auth_req_id").toString(), "client_id", "agt_specialist")
			.status()).isEqualTo(401);
		assertThat(poll(ACME, asked).status()).isEqualTo(200);
	}

	@Test
	void letsNobodyElseDecide() {
		ask();
		assertThat(decide("approve", "bob").status()).isEqualTo(403);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			login_hint       | nobody@example.com | [{"type":"x"}]               | 400 | unknown_user_id
			login_hint       | alice              | {"type":"x"}                 | 400 | invalid_authorization_details
			login_hint       | alice              | []                           | 400 | invalid_authorization_details
			login_hint       | alice              | [{"type":"x"},{"type":"y"}]  | 400 | invalid_authorization_details
			login_hint       | alice              | [{"type":"x"                 | 400 | invalid_authorization_details
			login_hint       | alice              | [{"actions":["read"]}]       | 400 | invalid_authorization_details
			id_token_hint    | alice              | [{"type":"x"}]               | 400 | invalid_request
			requested_expiry | 5                  | [{"type":"x"}]               | 400 | invalid_request
			""")
	void refusesWhatItCannotAsk(String name, String value, String details, int status, String error) {
		Answer answer = this.client.formAs(Client.bearer(specialist()), ACME + "/oauth/bc-authorize", name, value,
				"authorization_details", details);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.get("error")).isEqualTo(error);
	}

	@Test
	void isForAgentsThatMayActForUsers() {
		Answer analyst = this.client.formAs(Client.bearer(analyst().accessToken()), ACME + "/oauth/bc-authorize",
				"login_hint", "alice", "authorization_details", DETAILS);
		assertThat(analyst.status()).isEqualTo(403);
		assertThat(analyst.get("error")).isEqualTo("access_denied");
		Answer portal = this.client.formAs(Client.basic("app_portal", "portal-secret"), ACME + "/oauth/bc-authorize",
				"login_hint", "alice", "authorization_details", DETAILS);
		assertThat(portal.status()).isEqualTo(403);
		assertThat(portal.get("error")).isEqualTo("unauthorized_client");
		for (String token : List.of(alice(), delegate(alice(), specialist()).accessToken(), "nonsense")) {
			assertThat(this.client
				.formAs(Client.bearer(token), ACME + "/oauth/bc-authorize", "login_hint", "alice",
						"authorization_details", DETAILS)
				.status()).isEqualTo(401);
		}
		assertThat(this.client.form(ACME + "/oauth/bc-authorize", "login_hint", "alice").status()).isEqualTo(401);
	}

	private Answer ask(String... more) {
		String[] all = new String[more.length + 4];
		System.arraycopy(new String[] { "login_hint", "alice", "authorization_details", DETAILS }, 0, all, 0, 4);
		System.arraycopy(more, 0, all, 4, more.length);
		return this.client.formAs(Client.bearer(specialist()), ACME + "/oauth/bc-authorize", all);
	}

	private Answer poll(String base, Answer asked) {
		return this.client.form(base + "/oauth/token", "grant_type", "urn:openid:params:grant-type:ciba", "auth_req_id",
				asked.get("auth_req_id").toString(), "client_id", "agt_specialist", "client_secret",
				"specialist-secret");
	}

	private Answer decide(String decision, String user) {
		List<?> requests = (List<?>) this.client.get("/dev/tenants/acme-corp/inbox").get("requests");
		Object id = ((Map<?, ?>) requests.get(requests.size() - 1)).get("id");
		return this.client.json("POST", "/dev/tenants/acme-corp/inbox/" + id + "/" + decision,
				"{\"user\":\"" + user + "\"}");
	}

}
