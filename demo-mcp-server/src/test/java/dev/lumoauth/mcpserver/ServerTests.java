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
import java.util.List;
import java.util.Map;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.modelcontextprotocol.client.McpSyncClient;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.lumoauth.mcpserver.audit.ToolCall;
import dev.lumoauth.mcpserver.audit.ToolCallLog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the server does in both protocols.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
abstract class ServerTests {

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance().build();

	final Issuer issuer = new Issuer(LUMO_AUTH);

	Mcp mcp;

	@Autowired
	private ToolCallLog log;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		// Its keys are read once per server, so its address is the same in all tests.
		registry.add("lumoauth.url", LUMO_AUTH::baseUrl);
		registry.add("lumoauth.tenant", () -> "acme-corp");
	}

	@BeforeEach
	void prepare(@LocalServerPort int port) {
		this.mcp = new Mcp(port);
		this.issuer.open();
	}

	@Test
	void answersATokenThatIsForIt() {
		assertThat(this.mcp.query(this.issuer.token(), Map.of("metric", "EBITDA")))
			.isEqualTo("Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent");
		assertThat(this.mcp.query(this.issuer.token(), Map.of("metric", "EBITDA", "company", "Globex", "period", "Q2")))
			.isEqualTo("Globex Q2 EBITDA: $3.4M (Q1: $3.1M), a margin of 18 percent");
	}

	@Test
	void saysWhichMetricsThereAre() {
		assertThat(this.mcp.query(this.issuer.token(), Map.of("metric", "Luck")))
			.startsWith("There is no metric 'Luck'")
			.contains("EBITDA, Operating income");
	}

	@Test
	void offersOneToolWhoseFirstParameterIsTheMetric() {
		try (McpSyncClient client = this.mcp.client(this.issuer.token())) {
			client.initialize();
			assertThat(client.listTools().tools()).singleElement().satisfies((tool) -> {
				assertThat(tool.name()).isEqualTo("queryFinancials");
				assertThat(tool.inputSchema()).extracting("required").isEqualTo(List.of("metric"));
				assertThat(tool.inputSchema()).extracting("properties")
					.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
					.containsOnlyKeys("metric", "company", "period")
					.extractingFromEntries(Map.Entry::getKey)
					.startsWith("metric");
			});
		}
	}

	@Test
	void takesATokenForSeveralAudiencesWithMoreScopes() {
		String token = this.issuer.token((claims) -> claims.audience(List.of("urn:other", Issuer.AUDIENCE))
			.claim("scope", "openid mcp:financial"));
		assertThat(this.mcp.initialize(token).statusCode()).isEqualTo(200);
	}

	@Test
	void writesDownWhoCalledForWhom(CapturedOutput output) {
		String token = this.issuer.token((claims) -> claims.subject("user-17")
			.claim("act", Map.of("sub", "agt_specialist", "act", Map.of("sub", "agt_orchestrator"))));
		this.mcp.query(token, Map.of("metric", "revenue"));
		ToolCall call = this.log.last().get(this.log.last().size() - 1);
		assertThat(call.tool()).isEqualTo("queryFinancials");
		assertThat(call.caller().subject()).isEqualTo("user-17");
		assertThat(call.caller().actors().actors()).containsExactly("agt_specialist", "agt_orchestrator");
		assertThat(output).contains("tool=queryFinancials sub=user-17 act=agt_specialist,agt_orchestrator "
				+ "client=agt_research-analyst scope=mcp:financial");
		assertThat(output.getAll()).doesNotContain(token).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
	}

	@Test
	void refusesTheMcpClientWithATokenThatIsNotForIt() {
		try (McpSyncClient client = this.mcp.client(this.issuer.token((claims) -> claims.audience(Issuer.AGENT)))) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(client::initialize)
				.havingRootCause()
				.withMessageContaining("Authorization error");
		}
	}

	@Test
	void tellsWhoHasNoTokenWhereToFindOutAboutIt() {
		HttpResponse<String> response = this.mcp.send("/mcp", HttpRequest.Builder::GET);
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(
				"Bearer resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:financial\""
					.formatted(this.mcp.url()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/sse", "/mcp/", "/mcp/x", "/actuator/health" })
	void hasNothingElse(String path) {
		assertThat(this.mcp.send(path, HttpRequest.Builder::GET).statusCode()).isEqualTo(404);
	}

	@Test
	void publishesWhereTokensComeFrom() {
		assertThat(metadata("")).isEqualTo(metadataOf(this.mcp.url()));
		assertThat(metadata("/mcp")).isEqualTo(metadataOf(this.mcp.url() + "/mcp"));
		assertThat(
				this.mcp.send("/.well-known/oauth-protected-resource/other", (request) -> request.GET()).statusCode())
			.isEqualTo(404);
	}

	private Object metadata(String suffix) {
		HttpResponse<String> response = this.mcp.send("/.well-known/oauth-protected-resource" + suffix,
				(request) -> request.GET());
		assertThat(response.statusCode()).isEqualTo(200);
		return JsonMapper.shared().readValue(response.body(), Map.class);
	}

	private Map<String, Object> metadataOf(String resource) {
		return Map.of("resource", resource, "authorization_servers", List.of(this.issuer.url()), "scopes_supported",
				List.of("mcp:financial"), "bearer_methods_supported", List.of("header"));
	}

}
