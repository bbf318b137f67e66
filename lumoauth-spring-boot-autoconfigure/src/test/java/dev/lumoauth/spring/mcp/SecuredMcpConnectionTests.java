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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring AI's MCP client against real MCP servers that each take the token for their own
 * audience only.
 */
class SecuredMcpConnectionTests {

	private final IssuingLumoAuth lumoAuth = new IssuingLumoAuth();

	private final List<AutoCloseable> open = new ArrayList<>(List.of(this.lumoAuth));

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS", "SSE" })
	void putsTheTokenOnEachRequestOfTheSession(String protocol) throws Exception {
		ProtectedMcpServer server = server("urn:mcp:financial-data", protocol);
		ConfigurableApplicationContext client = client(Map.of("financial", server));
		assertThat(tool(client, "whoami").call("{}")).contains("urn:mcp:financial-data called by agent");
		client.close();
		if (protocol.equals("STREAMABLE")) {
			assertThat(server.ended.await(10, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(this.lumoAuth.exchanges).hasSize(1);
		if (protocol.equals("STREAMABLE")) {
			assertThat(server.seen).extracting(ProtectedMcpServer.Seen::verb).contains("POST", "GET", "DELETE");
		}
	}

	private ProtectedMcpServer server(String audience, String protocol) {
		ProtectedMcpServer server = new ProtectedMcpServer(this.lumoAuth, audience, protocol);
		this.open.add(server);
		return server;
	}

	private ConfigurableApplicationContext client(Map<String, ProtectedMcpServer> servers, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--lumoauth.url=" + this.lumoAuth.url(),
				"--lumoauth.tenant=" + IssuingLumoAuth.TENANT, "--lumoauth.client-id=agt_test",
				"--lumoauth.client-secret=s3cret", "--spring.ai.openai.api-key=none",
				"--spring.ai.mcp.server.enabled=false", "--spring.main.banner-mode=off", "--logging.level.root=WARN"));
		servers.forEach((name, server) -> {
			String kind = server.protocol().equals("SSE") ? "sse" : "streamable-http";
			arguments.add("--spring.ai.mcp.client." + kind + ".connections." + name + ".url=" + server.url());
			arguments.add("--lumoauth.mcp.connections." + name + ".audience=" + server.audience());
		});
		arguments.addAll(List.of(properties));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
		this.open.add(context);
		return context;
	}

	private static ToolCallback tool(ConfigurableApplicationContext client, String name) {
		for (ToolCallback tool : client.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks()) {
			if (tool.getToolDefinition().name().endsWith(name)) {
				return tool;
			}
		}
		throw new AssertionError("No tool " + name);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Client {

	}

}
