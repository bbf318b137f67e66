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

package dev.lumoauth.spring.tool;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.mcp.transport.GuardedMcpApplication;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import dev.lumoauth.spring.user.UserScope;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For whom a tool of the application's own MCP server acts: for who sent the request.
 */
class McpServerUserTests {

	/** By their protocols and types. */
	private static final Map<List<String>, ConfigurableApplicationContext> SERVERS = new HashMap<>();

	@AfterAll
	static void stop() {
		SERVERS.values().forEach(ConfigurableApplicationContext::close);
		SERVERS.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS" })
	void actsForWhoSentTheRequestOrNotAtAll(String protocol) {
		String url = url(protocol, "SYNC");
		assertThat(call(url, "alice")).isEqualTo("token-of-alice");
		assertThat(call(url, "bob")).isEqualTo("token-of-bob");
		assertThat(call(url, "")).isEqualTo("Error: this tool acts for a user, and no user is signed in.");
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, whoAmILater", "STREAMABLE, whoAmIIfAllowed", "STATELESS, whoAmILater",
			"STATELESS, whoAmIIfAllowed" })
	void actsForWhoSentTheRequestToAnAsynchronousServer(String protocol, String tool) {
		String url = url(protocol, "ASYNC");
		for (int i = 0; i < 5; i++) {
			assertThat(call(url, "alice", tool)).isEqualTo("token-of-alice");
			assertThat(call(url, "bob", tool)).isEqualTo("token-of-bob");
			assertThat(call(url, "", tool)).isEqualTo("Error: this tool acts for a user, and no user is signed in.");
		}
	}

	private static String url(String protocol, String type) {
		ConfigurableApplicationContext server = SERVERS.computeIfAbsent(List.of(protocol, type),
				(key) -> start(protocol, type));
		return "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
	}

	private static ConfigurableApplicationContext start(String protocol, String type) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("spring.ai.mcp.server.type=" + type)
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
					"--spring.ai.mcp.server.protocol=" + protocol, "--spring.ai.mcp.client.enabled=false",
					"--spring.ai.openai.api-key=none", "--spring.main.banner-mode=off", "--lumoauth.tenant=acme",
					"--lumoauth.client-id=agt_1", "--lumoauth.user.issuers=" + TestUsers.ISSUER,
					"--lumoauth.client-secret=unused");
	}

	private static String call(String url, String user) {
		return call(url, user, "whoAmI");
	}

	private static String call(String url, String user, String tool) {
		try (McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport.builder(url)
				.httpRequestCustomizer((request, method, uri, body, context) -> request.header("X-User", user))
				.build())
			.requestTimeout(Duration.ofMinutes(1))
			.build()) {
			client.initialize();
			McpSchema.CallToolResult result = client
				.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of()).build());
			assertThat(result.content()).hasSize(1);
			return ((McpSchema.TextContent) result.content().get(0)).text();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class Application {

		@Bean
		CapabilityDecisions decisions() {
			return new FakeDecisions().grant("read:documents");
		}

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		OncePerRequestFilter signIn() {
			return new SignIn();
		}

	}

	public static class Tools {

		@McpTool
		@OnBehalfOfUser
		public String whoAmI() {
			return String.valueOf(UserScope.current().value());
		}

		@McpTool
		@OnBehalfOfUser
		public Mono<String> whoAmILater() {
			return Mono.fromCallable(this::whoAmI);
		}

		@McpTool
		@OnBehalfOfUser
		@RequiresCapability("read:documents")
		public Mono<String> whoAmIIfAllowed() {
			return Mono.fromCallable(this::whoAmI);
		}

	}

	private static final class SignIn extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String user = request.getHeader("X-User");
			if (user != null && !user.isEmpty()) {
				TestUsers.signIn(user);
			}
			try {
				chain.doFilter(request, response);
			}
			finally {
				TestUsers.signOut();
			}
		}

	}

}
