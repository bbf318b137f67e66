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

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JsonTokenRequests}.
 */
class JsonTokenRequestTests extends ServerTests {

	private static final String CREDENTIALS = """
			"grant_type":"client_credentials","client_id":"agt_analyst","client_secret":"%s\"""";

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void takesTheParametersAsAnObject(String base) {
		Answer answer = post(base,
				"{%s,\"scope\":\"read:documents\"}".formatted(CREDENTIALS.formatted("analyst-secret")));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("scope")).isEqualTo("read:documents");
	}

	@Test
	void takesTheSecretInTheHeader() {
		Answer answer = this.client.json("POST", ACME + "/oauth/token",
				"{\"grant_type\":\"client_credentials\",\"scope\":null}",
				Client.basic("agt_analyst", "analyst-secret"));
		assertThat(answer.status()).isEqualTo(200);
	}

	@Test
	void takesTheContentTypeWithItsCharset() {
		Answer answer = this.client.send("POST", ACME + "/oauth/token",
				"{%s}".formatted(CREDENTIALS.formatted("analyst-secret")), "Content-Type",
				"application/json; charset=UTF-8");
		assertThat(answer.status()).isEqualTo(200);
	}

	@Test
	void exchangesForSeveralAudiences() {
		Answer answer = post(ACME, """
				{"grant_type":"%s","subject_token":"%s","subject_token_type":"%s",
				"audience":["urn:mcp:open","urn:mcp:financial-data"]}""".formatted(Client.EXCHANGE,
				analyst().accessToken(), Client.ACCESS_TOKEN));
		assertThat(answer.claims()).containsEntry("aud",
				List.of("urn:mcp:open", "urn:mcp:financial-data", "https://mcp.example.com"));
	}

	@Test
	void needsTheRightSecret() {
		Answer answer = post(ACME, "{%s}".formatted(CREDENTIALS.formatted("wrong")));
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void takesNoParameterOfTheAddress() {
		Answer answer = this.client.json("POST",
				ACME + "/oauth/token?client_id=agt_analyst&client_secret=analyst-secret",
				"{\"grant_type\":\"client_credentials\"}");
		assertThat(answer.status()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[", "[]", "\"x\"", "null", "{\"grant_type\":{}}", "{\"grant_type\":[[\"x\"]]}",
			"{\"grant_type\":5}", "{\"grant_type\":\"client_credentials\",\"grant_type\":\"client_credentials\"}",
			"{\"grant_type\":\"client_credentials\"}{}" })
	void refusesWhatIsNoObjectOfTexts(String body) {
		Answer answer = post(ACME, body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
	}

	@Test
	void refusesAGrantThatIsSentTwice() {
		Answer answer = post(ACME, "{\"grant_type\":[\"client_credentials\",\"client_credentials\"]}");
		assertThat(answer.status()).isIn(400, 401);
	}

	@Test
	void refusesWhatIsTooLong() {
		Answer answer = post(ACME,
				"{%s,\"x\":\"%s\"}".formatted(CREDENTIALS.formatted("analyst-secret"), "x".repeat(70_000)));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
	}

	private Answer post(String base, String body) {
		return this.client.json("POST", base + "/oauth/token", body);
	}

}
