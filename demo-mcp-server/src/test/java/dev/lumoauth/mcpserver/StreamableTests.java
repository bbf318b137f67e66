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

package dev.lumoauth.mcpserver;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server with sessions: each is of the one who began it.
 */
class StreamableTests extends ServerTests {

	@Test
	void keepsASessionToTheOneWhoBeganIt(CapturedOutput output) {
		String session = begin(this.issuer.tokenOf("user-a", "agt_one"));
		Stream
			.of(this.issuer.tokenOf("user-b", "agt_one"), this.issuer.tokenOf("user-a", "agt_two"),
					this.issuer.token((claims) -> claims.subject("user-a")),
					this.issuer.token((claims) -> claims.subject("user-a")
						.claim("client_id", "agt_other")
						.claim("act", Map.of("sub", "agt_one"))))
			.forEach((token) -> assertThat(this.mcp.list(token, session).statusCode()).isEqualTo(404));
		assertThat(output).contains("the MCP session of another, asked for by user-b <- agt_one");
		assertThat(this.mcp.list(this.issuer.tokenOf("user-a", "agt_one"), session).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "DELETE" })
	void neitherListensToNorEndsTheSessionOfAnother(String method) {
		String session = begin(this.issuer.tokenOf("user-a", "agt_one"));
		assertThat(send(method, this.issuer.tokenOf("user-b", "agt_one"), session)).isEqualTo(404);
		assertThat(this.mcp.list(this.issuer.tokenOf("user-a", "agt_one"), session).statusCode()).isEqualTo(200);
	}

	@Test
	void goesOnWithANewerTokenOfTheSameCaller() {
		String session = begin(this.issuer.token());
		HttpResponse<String> response = this.mcp
			.list(this.issuer.token((claims) -> claims.jwtID("newer").claim("scope", "mcp:financial openid")), session);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("queryFinancials");
	}

	@Test
	void checksTheTokenOfEachRequestOfASession() {
		String session = begin(this.issuer.token());
		assertThat(this.mcp.list(this.issuer.token((claims) -> claims.audience("urn:mcp:other")), session).statusCode())
			.isEqualTo(401);
		assertThat(this.mcp.list(this.issuer.token((claims) -> claims.claim("scope", "")), session).statusCode())
			.isEqualTo(403);
	}

	@Test
	void knowsNoSessionThatHasEnded() {
		String session = begin(this.issuer.token());
		assertThat(send("DELETE", this.issuer.token(), session)).isEqualTo(200);
		assertThat(this.mcp.list(this.issuer.token(), session).statusCode()).isEqualTo(404);
		assertThat(this.mcp.list(this.issuer.token(), "made-up").statusCode()).isEqualTo(404);
	}

	private String begin(String token) {
		HttpResponse<String> response = this.mcp.initialize(token);
		assertThat(response.statusCode()).isEqualTo(200);
		return response.headers().firstValue("Mcp-Session-Id").orElseThrow();
	}

	private int send(String method, String token, String session) {
		return this.mcp
			.send("/mcp",
					(request) -> Mcp.bearer(request, token)
						.header("Mcp-Session-Id", session)
						.method(method, HttpRequest.BodyPublishers.noBody()))
			.statusCode();
	}

}
