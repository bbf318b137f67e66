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

package dev.lumoauth.devserver.aauth;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestPropertySource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An agent's requests are limited, the refused ones included, and suffer from faults.
 */
@TestPropertySource(properties = "dev.limits.token-requests-per-minute=3")
class LimitTests extends AAuthTests {

	@Test
	void limitsAnAgentsRequestsPerMinute() {
		assertThat(
				token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")).header("X-RateLimit-Limit"))
			.isEqualTo("3");
		assertThat(platformToken().status()).isEqualTo(200);
		Signing tampered = request(ACME_ORG + "/aauth/token/revoke", "token", "x").with(agentToken());
		assertThat(tampered.sign(TestKeys.PLATFORMS, ED).send().status()).isEqualTo(401);
		Answer refused = signed("token/revoke", "token", "x");
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.json()).containsEntry("error", "too_many_requests").containsKey("retry_after");
		assertThat(refused.header("Retry-After")).isNotBlank();
		assertThat(byResource("auth/token/verify", "auth_token", "x").status()).isEqualTo(200);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(signed("token/revoke", "token", "x").status()).isEqualTo(200);
	}

	@Test
	void suffersFromFaults() {
		this.client.send("PUT", "/dev/faults/unavailable", null);
		try {
			for (String path : List.of("/.well-known/aauth-issuer", ACME_ORG + "/aauth/jwks.json",
					"/orgs/acme-corp/portal/aauth/authorize")) {
				assertThat(this.client.get(path).status()).isEqualTo(503);
			}
			assertThat(byResource("auth/token/verify", "auth_token", "x").status()).isEqualTo(503);
		}
		finally {
			this.client.send("DELETE", "/dev/faults", null);
		}
	}

}
