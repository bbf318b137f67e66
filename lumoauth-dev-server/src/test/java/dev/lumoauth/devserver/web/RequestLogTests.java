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

package dev.lumoauth.devserver.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RequestLogTests extends ServerTests {

	@Test
	void logsEachRequestInALine(CapturedOutput output) {
		Answer token = analyst();
		this.client.json("POST", "/api/v1/authz/check", "{\"permission\":\"a:b\\nforged\"}",
				Client.bearer(token.accessToken()));
		this.client.get("/dev/unknown");
		assertThat(output).contains("POST /t/acme-corp/api/v1/oauth/token 200 client_credentials agt_analyst",
				"POST /api/v1/authz/check 200 agt_analyst: 'a:b?forged' denied", "GET /dev/unknown 404");
	}

	@Test
	void logsNoSecretAndNoToken(CapturedOutput output) {
		String token = analyst().accessToken();
		this.client.get("/dev/unknown?access_token=in-the-query");
		this.client.token(ACME, "agt_analyst", "wrong-secret");
		String exchanged = exchange(ACME, token, "audience", "urn:mcp:open").accessToken();
		assertThat(output).contains("token-exchange agt_analyst for urn:mcp:open")
			.doesNotContain("analyst-secret", "wrong-secret", "in-the-query", token, exchanged);
	}

}
