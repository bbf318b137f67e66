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

package dev.lumoauth.spring.mcp;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.caller.LumoAuthCaller;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a server without credentials of its own serves each caller by this caller's
 * token, past the real security.
 */
class ServedCallersTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final RSAKey KEY = key();

	private static final String API = "/t/acme-corp/api/v1";

	private static RSAKey key() {
		try {
			return new RSAKeyGenerator(2048).keyID("k1").generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC", "STREAMABLE, ASYNC", "STATELESS, SYNC", "STATELESS, ASYNC" })
	void listsRunsAndChallengesByTheCallersScopes(String protocol, String type) throws Exception {
		try (ConfigurableApplicationContext server = start(protocol, type)) {
			String url = "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
			String tool = type.equals("ASYNC") ? "readLater" : "read";
			try (McpSyncClient alice = client(url, token("alice", "read"))) {
				alice.initialize();
				assertThat(names(alice)).isEqualTo(Set.of(tool));
				assertThat(call(alice, tool)).isEqualTo("read by alice");
			}
			try (McpSyncClient bob = client(url, token("bob", "export"))) {
				bob.initialize();
				assertThat(names(bob)).isEqualTo(Set.of("export"));
				assertThat(call(bob, "export")).contains("exported by bob");
			}
			if (protocol.equals("STATELESS")) {
				HttpResponse<String> refused = post(url, token("carol", "other"), tool);
				assertThat(refused.statusCode()).isEqualTo(403);
				assertThat(refused.headers().firstValue("WWW-Authenticate"))
					.hasValueSatisfying((challenge) -> assertThat(challenge).startsWith("Bearer ")
						.contains("error=\"insufficient_scope\"", "scope=\"read\"",
								"resource_metadata=\"" + url + "/.well-known/oauth-protected-resource/mcp\""));
				assertThat(refused.body()).contains("insufficient_scope").doesNotContain("carol");
				assertThat(post(url, token("carol", "read"), tool).statusCode()).isEqualTo(200);
			}
		}
	}

	private static Set<String> names(McpSyncClient client) {
		return client.listTools()
			.tools()
			.stream()
			.map(McpSchema.Tool::name)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String call(McpSyncClient client, String tool) {
		McpSchema.CallToolResult result = client
			.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of()).build());
		return ((McpSchema.TextContent) result.content().get(0)).text();
	}

	private static HttpResponse<String> post(String url, String token, String tool) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/mcp"))
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/json")
			.header("Accept", "application/json, text/event-stream")
			.header("Authorization", "Bearer " + token)
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
						+ "\",\"arguments\":{}}}"))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static McpSyncClient client(String url, String token) {
		return McpClient
			.sync(HttpClientStreamableHttpTransport.builder(url)
				.httpRequestCustomizer(
						(request, method, uri, body, context) -> request.header("Authorization", "Bearer " + token))
				.build())
			.requestTimeout(Duration.ofSeconds(30))
			.build();
	}

	private static String token(String subject, String scope) throws JOSEException {
		Instant now = Instant.now();
		SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(),
				new JWTClaimsSet.Builder().issuer(lumoAuth.baseUrl() + API)
					.subject(subject)
					.audience("urn:mcp:test")
					.claim("client_id", "agt_1")
					.claim("scope", scope)
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plusSeconds(600)))
					.build());
		token.sign(new RSASSASigner(KEY));
		return token.serialize();
	}

	private static ConfigurableApplicationContext start(String protocol, String type) {
		String issuer = lumoAuth.baseUrl() + API;
		for (String metadata : new String[] { API + "/.well-known/oauth-authorization-server",
				API + "/.well-known/openid-configuration" }) {
			lumoAuth.stubFor(get(metadata)
				.willReturn(okJson("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer + "/jwks\"}")));
		}
		lumoAuth.stubFor(get(API + "/jwks").willReturn(okJson(new JWKSet(KEY.toPublicJWK()).toString())));
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
					"--spring.ai.mcp.server.protocol=" + protocol, "--spring.ai.mcp.server.type=" + type,
					"--spring.ai.mcp.client.enabled=false", "--spring.ai.openai.api-key=none",
					"--spring.main.banner-mode=off", "--lumoauth.url=" + lumoAuth.baseUrl(),
					"--lumoauth.tenant=acme-corp", "--lumoauth.mcp.server.audience=urn:mcp:test",
					"--lumoauth.mcp.server.decide-by=scopes");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		ToolCallbackProvider exported() {
			return ToolCallbackProvider.from(ToolCallbacks.from(new Exported()));
		}

	}

	public static class Tools {

		@McpTool
		@RequiresCapability("read")
		public String read() {
			return "read by " + LumoAuthCaller.require().subject();
		}

		@McpTool
		@RequiresCapability("read")
		public Mono<String> readLater() {
			return LumoAuthCaller.reactive().map((caller) -> "read by " + caller.subject());
		}

	}

	public static class Exported {

		@Tool(name = "export")
		@RequiresCapability("export")
		public String export() {
			return "exported by " + LumoAuthCaller.require().subject();
		}

	}

}
