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

import java.net.http.HttpResponse;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server while LumoAuth is down, behind a public address.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class AvailabilityTests {

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance().build();

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("lumoauth.url", LUMO_AUTH::baseUrl);
		registry.add("lumoauth.tenant", () -> "acme-corp");
		registry.add("lumoauth.mcp.server.resource", () -> "https://mcp.example.com/mcp");
		registry.add("lumoauth.mcp.server.allowed-origins", () -> "https://app.example.com");
	}

	@Test
	void startsWithoutLumoAuthAndWorksWhenItIsBack(@LocalServerPort int port, CapturedOutput output) {
		Issuer issuer = new Issuer(LUMO_AUTH);
		Mcp mcp = new Mcp(port);
		HttpResponse<String> response = mcp.initialize(issuer.token());
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
		assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
		assertThat(output).contains("The tokens of the MCP server's callers can't be verified: ")
			.contains("The metadata of " + issuer.url());
		issuer.open();
		assertThat(mcp.initialize(issuer.token()).statusCode()).isEqualTo(200);
	}

	@Test
	void namesItsPublicAddress(@LocalServerPort int port) {
		Mcp mcp = new Mcp(port);
		assertThat(mcp.send("/mcp", (request) -> request.GET()).headers().firstValue("WWW-Authenticate"))
			.hasValue("Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\", "
					+ "scope=\"mcp:financial\"");
		assertThat(mcp.send("/.well-known/oauth-protected-resource/mcp", (request) -> request.GET()).body())
			.contains("\"resource\":\"https://mcp.example.com/mcp\"");
	}

	@Test
	void answersToItsPublicNameAndToThePageThatItWasTold(@LocalServerPort int port) {
		Mcp mcp = new Mcp(port);
		assertThat(RawHttp.status(mcp.url(), "mcp.example.com")).isEqualTo(401);
		assertThat(RawHttp.status(mcp.url(), "other.example.com")).isEqualTo(421);
		assertThat(
				mcp.send("/mcp", (request) -> request.header("Origin", "https://app.example.com").GET()).statusCode())
			.isEqualTo(401);
		assertThat(
				mcp.send("/mcp", (request) -> request.header("Origin", "https://mcp.example.com").GET()).statusCode())
			.isEqualTo(403);
	}

}
