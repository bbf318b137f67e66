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

package dev.lumoauth.devserver.event;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Receiver;
import dev.lumoauth.devserver.Receiver.Received;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookTests extends ServerTests {

	private static final String WEBHOOKS = "/dev/tenants/acme-corp/webhooks";

	private Receiver receiver;

	@BeforeEach
	void receive() throws IOException {
		this.receiver = new Receiver();
	}

	@AfterEach
	void close() {
		this.client.send("DELETE", "/dev/faults/events", null);
		for (Object webhook : (List<?>) this.client.get(WEBHOOKS).get("webhooks")) {
			this.client.send("DELETE", WEBHOOKS + "/" + ((Map<?, ?>) webhook).get("id"), null);
		}
		this.receiver.close();
	}

	@ParameterizedTest
	@CsvSource({ "X-Lumo-Signature,''", "X-LumoAuth-Signature,sha256=" })
	void signsItsEventsInBothSpellings(String header, String prefix) throws Exception {
		Answer added = add(",\"header\":\"%s\"".formatted(header));
		assertThat(added.status()).isEqualTo(200);
		assertThat(added.get("secret")).isEqualTo("first");
		assertThat(this.client.get(WEBHOOKS).body()).doesNotContain("first");
		this.client.send("DELETE", "/dev/tenants/acme-corp/users/alice/sessions", null);
		Received event = this.receiver.next();
		assertThat(event.header(header)).isEqualTo(prefix + sign("first", event.body()));
		Map<?, ?> content = JsonMapper.builder().build().readValue(event.body(), Map.class);
		assertThat(content.get("type")).isEqualTo("session.revoked");
		assertThat(content.get("timestamp")).isEqualTo(this.clock.instant().toString());
		assertThat(content.get("data")).isEqualTo(Map.of("user_id", "6f0d2f1e-alice", "email", "alice@example.com"));
		assertThat(content.get("id")).asString().isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PUT    | /agents/agt_changing/capabilities/x | agent.capabilities_changed
			DELETE | /agents/agt_changing/capabilities/x | agent.capabilities_changed
			DELETE | /agents/agt_changing/tokens         | token.revoked
			POST   | /agents/agt_changing/disable        | agent.disabled
			POST   | /agents/agt_changing/enable         | agent.enabled
			PUT    | /users/alice/scopes/extra           | role.assigned
			DELETE | /users/alice/scopes/extra           | role.unassigned
			DELETE | /users/alice/consents/agt_changing  | consent.revoked
			""")
	void saysWhatHasHappened(String method, String path, String type) {
		add("");
		this.client.json(method, "/dev/tenants/acme-corp" + path, "");
		assertThat(this.receiver.next().body()).contains("\"type\":\"%s\"".formatted(type))
			.contains(path.startsWith("/users") ? "6f0d2f1e-alice" : "agt_changing");
	}

	@Test
	void twoSecretsAreValidWhileOneIsReplaced() throws Exception {
		String webhook = WEBHOOKS + "/" + add("").get("id");
		this.client.json("PUT", webhook + "/secret", "{\"secret\":\"second\",\"sign_with_previous\":true}");
		assertThat(signedWith("first")).isTrue();
		assertThat(this.client.get(WEBHOOKS).body()).contains("\"valid_secrets\":2");
		this.client.send("DELETE", webhook + "/secret/previous", null);
		assertThat(signedWith("second")).isTrue();
		this.client.json("PUT", webhook + "/secret", "{\"secret\":\"third\"}");
		assertThat(signedWith("third")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "wrong-key", "wrong-audience", "wrong-issuer" })
	void isForgedWithAnotherSecret(String fault) throws Exception {
		add("");
		this.client.json("PUT", "/dev/faults/events/" + fault, "");
		assertThat(signedWith("first")).isFalse();
	}

	@Test
	void hasOnlyTheEventsThatItNames() {
		add(",\"events\":[\"agent.disabled\"]");
		send("session-revoked");
		send("disabled");
		assertThat(this.receiver.next().body()).contains("agent.disabled");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"url\":\"https://example.com\"}",
			"{\"url\":\"http://127.0.0.1:1\",\"header\":\"X\"}", "{\"url\":\"http://127.0.0.1:1\",\"key\":\"x\"}" })
	void refusesNonsense(String body) {
		assertThat(this.client.json("POST", WEBHOOKS, body).status()).isEqualTo(400);
	}

	private boolean signedWith(String secret) throws Exception {
		send("session-revoked");
		Received event = this.receiver.next();
		return event.header("X-Lumo-Signature").equals(sign(secret, event.body()));
	}

	private void send(String event) {
		this.client.json("POST", "/dev/tenants/acme-corp/events/" + event, "{\"agent\":\"agt_changing\"}");
	}

	private Answer add(String more) {
		return this.client.json("POST", WEBHOOKS,
				"{\"url\":\"%s\",\"secret\":\"first\"%s}".formatted(this.receiver.url(), more));
	}

	private static String sign(String secret, String body) throws Exception {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
	}

}
