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

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FaultController}.
 */
class FaultTests extends ServerTests {

	@AfterEach
	void restore() {
		this.client.send("DELETE", "/dev/faults", null);
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME + "/oauth/userinfo", ACME_ORG + "/agents/me", "/api/v1/authz/check",
			ACME + "/.well-known/jwks.json", "/.well-known/openid-configuration" + ACME })
	void lumoAuthsApiSuffers(String path) {
		assertThat(switchOn("unavailable", "").json()).isEqualTo(Map.of("fault", "unavailable"));
		Answer answer = this.client.get(path);
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.get("error")).isEqualTo("unavailable");
	}

	@Test
	void saysWhenToComeAgain() {
		switchOn("too-many-requests", "");
		Answer answer = analyst();
		assertThat(answer.status()).isEqualTo(429);
		assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("5");
		assertThat(answer.get("retry_after")).isEqualTo(5);
	}

	@Test
	void isSlowAndAnswers() {
		switchOn("slow", "{\"delay_ms\":300}");
		long start = System.nanoTime();
		assertThat(analyst().status()).isEqualTo(200);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
	}

	@Test
	void theAdminApiGoesOnAndMakesItWellAgain() {
		switchOn("unavailable", "");
		assertThat(this.client.get("/dev/state").status()).isEqualTo(200);
		assertThat(this.client.get("/").status()).isEqualTo(200);
		assertThat(this.client.send("DELETE", "/dev/faults", null).json()).containsEntry("fault", null);
		assertThat(analyst().status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			broken | ''                | 404
			slow   | {"delay_ms":0}     | 400
			slow   | {"delay_ms":60001} | 400
			slow   | {"delay":5}        | 400
			""")
	void refusesNonsense(String fault, String body, int status) {
		assertThat(switchOn(fault, body).status()).isEqualTo(status);
		assertThat(analyst().status()).isEqualTo(200);
	}

	@Test
	void isSwitchedOnByNoOtherSite() {
		Answer answer = this.client.send("PUT", "/dev/faults/unavailable", null, "Origin", "http://localhost:8080");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(this.client
			.json("POST", "/api/v1/authz/check", "{\"permission\":\"a:b\"}", Client.bearer(analyst().accessToken()))
			.status()).isEqualTo(200);
	}

	private Answer switchOn(String fault, String body) {
		return this.client.json("PUT", "/dev/faults/" + fault, body);
	}

}
