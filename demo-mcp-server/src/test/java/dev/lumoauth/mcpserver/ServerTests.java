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
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.modelcontextprotocol.client.McpSyncClient;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
		registry.add("financial-data.lumoauth-url", LUMO_AUTH::baseUrl);
		registry.add("financial-data.tenant", () -> "acme-corp");
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
		assertThat(call.caller().actors()).containsExactly("agt_specialist", "agt_orchestrator");
		assertThat(output).contains("tool=queryFinancials sub=user-17 act=agt_specialist,agt_orchestrator "
				+ "aud=urn:mcp:financial-data client=agt_research-analyst scope=mcp:financial");
		assertThat(output.getAll()).doesNotContain(token).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
	}

	static Stream<Named<Function<Issuer, String>>> tokensThatAreNotForIt() {
		Date hourAgo = Date.from(Instant.now().minusSeconds(3600));
		Date hourAhead = Date.from(Instant.now().plusSeconds(3600));
		return Stream.of(
				token("for another audience", (issuer) -> issuer.token((claims) -> claims.audience("urn:mcp:other"))),
				token("the agent's own, unexchanged",
						(issuer) -> issuer.token((claims) -> claims.audience(Issuer.AGENT))),
				token("for nobody", (issuer) -> issuer.token((claims) -> claims.audience((String) null))),
				token("expired", (issuer) -> issuer.token((claims) -> claims.expirationTime(hourAgo))),
				token("that never expires", (issuer) -> issuer.token((claims) -> claims.expirationTime(null))),
				token("not valid yet", (issuer) -> issuer.token((claims) -> claims.notBeforeTime(hourAhead))),
				token("of another issuer",
						(issuer) -> issuer.token((claims) -> claims.issuer(issuer.url().replace("acme", "evil")))),
				token("of no issuer", (issuer) -> issuer.token((claims) -> claims.issuer(null))),
				token("of nobody", (issuer) -> issuer.token((claims) -> claims.subject(null))),
				token("with an actor without a name",
						(issuer) -> issuer.token((claims) -> claims.claim("act", Map.of("iss", "x")))),
				token("with an actor that is a text",
						(issuer) -> issuer.token((claims) -> claims.claim("act", "agt_other"))),
				token("bound to a key", (issuer) -> issuer.token(
						(claims) -> claims.claim("cnf", Map.of("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")))),
				token("bound to a certificate",
						(issuer) -> issuer.token((claims) -> claims.claim("cnf",
								Map.of("x5t#S256", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2")))),
				token("signed by another key", Issuer::tokenByAnotherKey),
				token("signed by nobody", Issuer::unsignedToken),
				token("signed by the public key", Issuer::tokenByThePublicKey),
				token("signed by another algorithm", Issuer::tokenByAnotherAlgorithm),
				token("that is none", (issuer) -> "not-a-token"));
	}

	@ParameterizedTest(name = "a token {0}")
	@MethodSource("tokensThatAreNotForIt")
	void refuses(Function<Issuer, String> token) {
		HttpResponse<String> response = this.mcp.initialize(token.apply(this.issuer));
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate"))
			.hasValueSatisfying((challenge) -> assertThat(challenge).startsWith("Bearer error=\"invalid_token\"")
				.endsWith("resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:financial\""
					.formatted(this.mcp.url())));
		assertThat(response.body()).isEmpty();
	}

	@Test
	void refusesTheMcpClientWithATokenThatIsNotForIt() {
		try (McpSyncClient client = this.mcp.client(this.issuer.token((claims) -> claims.audience(Issuer.AGENT)))) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(client::initialize)
				.havingRootCause()
				.withMessageContaining("Authorization error");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "POST", "DELETE", "PUT", "OPTIONS" })
	void tellsWhoHasNoTokenWhereToFindOutAboutIt(String method) {
		HttpResponse<String> response = this.mcp.send("/mcp",
				(request) -> request.method(method, HttpRequest.BodyPublishers.noBody()));
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(
				"Bearer resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:financial\""
					.formatted(this.mcp.url()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/error", "/sse", "/mcp/", "/mcp/x", "/actuator/health" })
	void hasNothingForThoseWithoutAToken(String path) {
		assertThat(this.mcp.send(path, (request) -> request.GET()).statusCode()).isEqualTo(401);
	}

	@Test
	void takesNoTokenFromTheUrl() {
		assertThat(this.mcp.send("/mcp?access_token=" + this.issuer.token(), (request) -> request.GET()).statusCode())
			.isEqualTo(401);
	}

	@Test
	void namesTheScopeThatIsMissing() {
		for (String scope : List.of("", "mcp:other", "mcp:financial:read", "MCP:FINANCIAL")) {
			HttpResponse<String> response = this.mcp
				.initialize(this.issuer.token((claims) -> claims.claim("scope", scope)));
			assertThat(response.statusCode()).as(scope).isEqualTo(403);
			assertThat(response.headers().firstValue("WWW-Authenticate"))
				.hasValue("Bearer error=\"insufficient_scope\", scope=\"mcp:financial\", "
						+ "resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\""
							.formatted(this.mcp.url()));
		}
	}

	@Test
	void publishesWhereTokensComeFrom() {
		assertThat(metadata("")).isEqualTo(metadataOf(this.mcp.url()));
		assertThat(metadata("/mcp")).isEqualTo(metadataOf(this.mcp.url() + "/mcp"));
		assertThat(
				this.mcp.send("/.well-known/oauth-protected-resource/other", (request) -> request.GET()).statusCode())
			.isEqualTo(404);
	}

	@Test
	void answersNoWebPage() {
		for (String origin : List.of("https://evil.example", "null", this.mcp.url())) {
			assertThat(this.mcp
				.send("/mcp",
						(request) -> Mcp.bearer(request, this.issuer.token())
							.header("Origin", origin)
							.POST(HttpRequest.BodyPublishers.noBody()))
				.statusCode()).as(origin).isEqualTo(403);
		}
	}

	@Test
	void answersToItsOwnNameOnly() {
		assertThat(RawHttp.status(this.mcp.url(), "rebound.example")).isEqualTo(421);
		assertThat(RawHttp.status(this.mcp.url(), "127.0.0.1.evil.example:80")).isEqualTo(421);
		assertThat(RawHttp.status(this.mcp.url(), "LOCALHOST")).isEqualTo(401);
	}

	private Object metadata(String suffix) {
		HttpResponse<String> response = this.mcp.send("/.well-known/oauth-protected-resource" + suffix,
				(request) -> request.GET());
		assertThat(response.statusCode()).isEqualTo(200);
		return JsonMapper.shared().readValue(response.body(), Map.class);
	}

	private Map<String, Object> metadataOf(String resource) {
		return Map.of("resource", resource, "resource_name", "Financial data", "authorization_servers",
				List.of(this.issuer.url()), "scopes_supported", List.of("mcp:financial"), "bearer_methods_supported",
				List.of("header"));
	}

	private static Named<Function<Issuer, String>> token(String name, Function<Issuer, String> token) {
		return Named.of(name, token);
	}

}
