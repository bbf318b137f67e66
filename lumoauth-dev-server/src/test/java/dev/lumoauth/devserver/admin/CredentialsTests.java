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

package dev.lumoauth.devserver.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the part of the admin API that changes what agents prove with who they are,
 * and for what it says of how a token was obtained.
 */
class CredentialsTests extends ServerTests {

	@AfterEach
	void restore() {
		admin("PUT", "/secret", "{\"client_secret\":\"changing-secret\"}");
		admin("DELETE", "/secret/previous", "");
	}

	@Test
	void replacesASecretAndTakesTheOneBeforeUntilItIsEnded() {
		Answer replaced = admin("PUT", "/secret", "{\"client_secret\":\"second\"}");
		assertThat(replaced.json()).containsEntry("client_secret", "second").containsEntry("valid_secrets", 2);
		assertThat(statusWith("second")).isEqualTo(200);
		assertThat(statusWith("changing-secret")).isEqualTo(200);
		assertThat(this.client
			.formAs(Client.basic("agt_changing", "changing-secret"), ACME + "/oauth/token", "grant_type",
					"client_credentials")
			.status()).isEqualTo(200);
		assertThat(statusWith("second\0changing-secret")).isEqualTo(401);
		assertThat(admin("DELETE", "/secret/previous", "").get("valid_secrets")).isEqualTo(1);
		assertThat(statusWith("second")).isEqualTo(200);
		assertThat(statusWith("changing-secret")).isEqualTo(401);
	}

	@Test
	void makesARandomSecretAndForgetsTheOldestOfThree() {
		String second = admin("PUT", "/secret", "").get("client_secret").toString();
		String third = admin("PUT", "/secret", "").get("client_secret").toString();
		assertThat(third).hasSizeGreaterThan(30).isNotEqualTo(second);
		assertThat(List.of(statusWith("changing-secret"), statusWith(second), statusWith(third))).containsExactly(401,
				200, 200);
		assertThat(admin("GET", "/secret", null).get("client_secret")).isEqualTo(third);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{\"client_secret\":\"\"}", "{\"client_secret\":\"a\\u0000b\"}", "{\"secret\":\"a\"}", "[]" })
	void refusesWhatIsNoSecret(String body) {
		assertThat(admin("PUT", "/secret", body).status()).isEqualTo(400);
	}

	@Test
	void anAgentWithoutASecretGetsNone() {
		String path = "/dev/tenants/acme-corp/agents/agt_keys/secret";
		assertThat(this.client.get(path).status()).isEqualTo(404);
		assertThat(this.client.json("PUT", path, "{}").status()).isEqualTo(400);
		assertThat(this.client.json("DELETE", path + "/previous", "").status()).isEqualTo(400);
	}

	@Test
	void takesBothSecretsOfTheConfigurationFile() {
		for (String secret : List.of("rotating-new", "rotating-old")) {
			assertThat(this.client.token(ACME, "agt_rotating", secret).status()).isEqualTo(200);
		}
	}

	@Test
	void saysHowATokenWasObtained() {
		assertThat(obtained(changing())).isEqualTo(Map.of("way", "client_secret_post"));
		assertThat(obtained(this.client.formAs(Client.basic("agt_changing", "changing-secret"), ACME + "/oauth/token",
				"grant_type", "client_credentials")))
			.isEqualTo(Map.of("way", "client_secret_basic"));
		assertThat(obtained(user("alice", "{}"))).isEqualTo(Map.of("way", "admin"));
		long now = Instant.now(this.clock).getEpochSecond();
		String assertion = TestKeys.AGENTS.sign("ES256", Map.of("iss", "agt_keys", "sub", "agt_keys", "aud",
				this.client.url() + ACME, "exp", now + 60, "jti", UUID.randomUUID().toString()));
		assertThat(
				obtained(this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_assertion",
						assertion, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")))
			.isEqualTo(Map.of("way", "private_key_jwt", "key_id", "agents-ec"));
		String platform = TestKeys.PLATFORMS.sign("RS256", Map.of("iss", "https://kubernetes.example", "sub",
				"system:serviceaccount:default:analyst", "aud", "https://lumoauth.example", "exp", now + 60));
		Map<String, String> identity = Map.of("provider", "kubernetes", "issuer", "https://kubernetes.example",
				"subject", "system:serviceaccount:default:analyst");
		Answer exchanged = this.client.form(ACME + "/oauth/token", "grant_type", Client.EXCHANGE, "subject_token",
				platform, "subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
		assertThat(obtained(exchanged)).containsAllEntriesOf(identity).containsEntry("way", "workload_identity");
		Answer attested = this.client.json("POST", ACME + "/agents/agt_workload/attest",
				"{\"attestation_token\":\"%s\"}".formatted(platform));
		assertThat(obtained(attested)).containsAllEntriesOf(identity).containsEntry("way", "attest");
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> obtained(Answer answer) {
		Object id = answer.claims().get("jti");
		Answer tokens = this.client.get("/dev/tokens");
		assertThat(tokens.body()).doesNotContain("eyJ");
		return ((List<Map<String, Object>>) tokens.get("tokens")).stream()
			.filter((token) -> token.get("id").equals(id))
			.map((token) -> (Map<String, Object>) token.get("obtained"))
			.findFirst()
			.orElseThrow();
	}

	private int statusWith(String secret) {
		return this.client.token(ACME, "agt_changing", secret).status();
	}

}
