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

import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestPropertySource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the limits on requests.
 */
@TestPropertySource(properties = { "dev.limits.token-requests-per-minute=3", "dev.limits.api-requests-per-minute=2",
		"dev.limits.attestations-per-minute=4" })
class TokenRateTests extends ServerTests {

	@Test
	void answersTheFirstRequestBeyondTheLimitOfAClientWith429() {
		this.clock.advance(Duration.ofMinutes(2));
		Answer first = analyst();
		assertThat(first.header("X-RateLimit-Limit")).isEqualTo("3");
		assertThat(first.header("X-RateLimit-Remaining")).isEqualTo("2");
		assertThat(this.client.token(ACME, "agt_analyst", "wrong").status()).isEqualTo(401);
		assertThat(exchange(ACME, first.accessToken(), "audience", "urn:mcp:open").status()).isEqualTo(200);
		Answer fourth = this.client.formAs(Client.basic("agt_analyst", "analyst-secret"), ACME + "/oauth/token",
				"grant_type", "client_credentials");
		assertThat(fourth.status()).isEqualTo(429);
		assertThat(fourth.get("error")).isEqualTo("too_many_requests");
		assertThat(Integer.valueOf(fourth.header("Retry-After"))).isBetween(1, 60).isEqualTo(fourth.get("retry_after"));
		assertThat(fourth.header("X-RateLimit-Remaining")).isEqualTo("0");
		assertThat(Long.valueOf(fourth.header("X-RateLimit-Reset")))
			.isGreaterThan(this.clock.instant().getEpochSecond());
		assertThat(this.client.json("POST", ACME + "/oauth/token",
				"{\"grant_type\":\"client_credentials\",\"client_id\":\"agt_analyst\",\"client_secret\":\"analyst-secret\"}")
			.status()).isEqualTo(429);
		assertThat(this.client.token(ACME, "agt_auditor", "auditor-secret").status()).isEqualTo(200);
		assertThat(this.client.token(GLOBEX, "agt_analyst", "globex-secret").status()).isEqualTo(200);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(analyst().status()).isEqualTo(200);
	}

	@Test
	void limitsTheOtherRequestsOfAToken() {
		this.clock.advance(Duration.ofMinutes(10));
		String token = this.client.token(ACME, "agt_specialist", "specialist-secret").accessToken();
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(200);
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).status()).isEqualTo(200);
		Answer third = this.client.get(ACME + "/agents/me", Client.bearer(token));
		assertThat(third.status()).isEqualTo(429);
		assertThat(third.get("error")).isEqualTo("too_many_requests");
		assertThat(third.header("Retry-After")).isNotNull();
	}

	@Test
	void limitsTheAttestationsOfAnAgentAndOfAnAddress() {
		this.clock.advance(Duration.ofMinutes(20));
		for (String agent : new String[] { "agt_workload", "agt_workload", "agt_nobody", "agt_nobody" }) {
			assertThat(attest(agent).status()).isEqualTo(401);
		}
		for (String agent : new String[] { "agt_workload", "agt_nobody", "agt_analyst" }) {
			Answer answer = attest(agent);
			assertThat(answer.status()).isEqualTo(429);
			assertThat(answer.get("error")).isEqualTo("rate_limit_exceeded");
			assertThat(answer.header("Retry-After")).isEqualTo("60");
		}
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(attest("agt_workload").status()).isEqualTo(401);
	}

	private Answer attest(String agent) {
		return this.client.json("POST", ACME + "/agents/" + agent + "/attest", "{\"attestation_token\":\"none\"}");
	}

}
