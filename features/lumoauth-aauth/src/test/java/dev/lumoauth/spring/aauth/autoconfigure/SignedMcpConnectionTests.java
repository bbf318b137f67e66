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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of MCP connections with {@code aauth=true} in an application, with a server that
 * checks each request.
 */
class SignedMcpConnectionTests {

	private static final String AGENT_TOKEN = "/orgs/acme-corp/api/v1/aauth/agent/token";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@TempDir
	private Path directory;

	private final KeyPair pair = TestKeys.pair("Ed25519", 0);

	private final SigningKey key = MessageSigner
		.signing(SigningKey.of(this.pair.getPrivate(), this.pair.getPublic(), null, null));

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, streamable-http", "SSE, sse" })
	void signsEachRequestAndCarriesAnAuthToken(String protocol, String transport) throws Exception {
		try (SigningMcpServer server = server(protocol)) {
			issue("auth-1", server);
			try (ConfigurableApplicationContext application = application(server, transport)) {
				McpSyncClient client = client(application);
				assertThat(client.listTools().tools()).extracting(McpSchema.Tool::name).containsExactly("echo");
				assertThat(echo(client)).contains("again: hello");
				assertThat(echo(client)).contains("again: hello");
			}
			if (protocol.equals("STREAMABLE")) {
				assertThat(server.ended.await(60, TimeUnit.SECONDS)).isTrue();
				assertThat(server.seen).contains("DELETE good");
			}
			assertThat(server.seen).contains("challenge", "GET good", "POST good")
				.allMatch((seen) -> seen.equals("challenge") || seen.endsWith(" good"));
			assertThat(server.nonces).hasSameSizeAs(server.seen);
			lumoAuth.verify(1, postRequestedFor(urlPathEqualTo(AGENT_TOKEN))
				.withRequestBody(matchingJsonPath("$[?(@.request_type == 'auth' && @.scope == 'tools')]")));
		}
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, streamable-http", "SSE, sse" })
	void getsAnotherTokenForOneThatIsNotTakenAnyMore(String protocol, String transport) {
		try (SigningMcpServer server = server(protocol)) {
			issue("auth-1", server);
			try (ConfigurableApplicationContext application = application(server, transport)) {
				McpSyncClient client = client(application);
				assertThat(echo(client)).contains("again: hello");
				server.revoked = "auth-1";
				issue("auth-2", server);
				assertThat(echo(client)).contains("again: hello");
			}
			assertThat(server.seen).contains("POST revoked");
			assertThat(server.nonces).hasSameSizeAs(server.seen);
		}
	}

	private static SigningMcpServer server(String protocol) {
		KeyPair own = TestKeys.pair("Ed25519", 0);
		return new SigningMcpServer(MessageSigner.signing(SigningKey.of(own.getPrivate(), own.getPublic(), null, null)),
				lumoAuth.baseUrl() + "/orgs/acme-corp/api/v1", protocol);
	}

	/**
	 * LumoAuth's own key is of no matter here.
	 */
	private void issue(String id, SigningMcpServer server) {
		String token = this.key.sign("auth+jwt", Map.of(),
				new JWTClaimsSet.Builder().audience(server.url())
					.jwtID(id)
					.expirationTime(Date.from(Instant.now().plusSeconds(900)))
					.claim("cnf", Map.of("jwk", this.key.publicKey().toJSONObject()))
					.build());
		lumoAuth.stubFor(post(urlPathEqualTo(AGENT_TOKEN))
			.willReturn(okJson("{\"auth_token\":\"" + token + "\",\"expires_in\":900,\"token_type\":\"auth+jwt\"}")));
	}

	private ConfigurableApplicationContext application(SigningMcpServer server, String transport) {
		Path file = TestKeys.write(this.directory.resolve("agent.pem"), TestKeys.pem(this.pair));
		String[] properties = { "lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.org-id=acme-corp",
				"lumoauth.client-id=agt_1", "lumoauth.client-authentication-method=aauth",
				"lumoauth.aauth.agent=https://agent.example.com", "lumoauth.aauth.key-file=" + file,
				"lumoauth.mcp.connections.financial.aauth=true",
				"lumoauth.mcp.connections.financial.resource=" + server.url(),
				"lumoauth.mcp.connections.financial.scopes=tools",
				"lumoauth.mcp.connections.financial.unlisted-tools=allow",
				"spring.ai.mcp.client." + transport + ".connections.financial.url=" + server.url(),
				"spring.ai.mcp.server.enabled=false", "spring.main.banner-mode=off", "logging.level.root=ERROR" };
		List<String> arguments = new ArrayList<>();
		Arrays.stream(properties).forEach((property) -> arguments.add("--" + property));
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	@SuppressWarnings("unchecked")
	private static McpSyncClient client(ConfigurableApplicationContext application) {
		return ((List<McpSyncClient>) application.getBean("mcpSyncClients")).get(0);
	}

	private static String echo(McpSyncClient client) {
		return client.callTool(McpSchema.CallToolRequest.builder("echo").arguments(Map.of("text", "hello")).build())
			.content()
			.toString();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
