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

package dev.lumoauth.spring.mcp.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.http.LumoAuthHttp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections whose tools LumoAuth decides about by {@code agents/me/mcp/authorize}.
 */
class AuthorizedMcpToolTests {

	private static final String DENIED = "Error: agent lacks 'mcp-tool:financial/whoami' capability.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final Map<String, Boolean> CAPABILITIES = new ConcurrentHashMap<>();

	private static IssuingLumoAuth lumoAuth;

	private static ProtectedMcpServer server;

	private static ConfigurableApplicationContext client;

	private static ToolCallback tool;

	@BeforeAll
	static void start() {
		lumoAuth = new IssuingLumoAuth();
		server = new ProtectedMcpServer(lumoAuth, "urn:mcp:financial-data", "STREAMABLE");
		client = start("server-id=mcp_42");
		tool = tool(client);
	}

	@BeforeEach
	void forget() {
		CAPABILITIES.clear();
		client.getBean(CapabilityDecisions.class).invalidate();
		client.getBean(LumoAuthHttp.class).forget();
		lumoAuth.toolQuestions.clear();
		lumoAuth.toolAnswer = "200 {\"allowed\":true}";
		server.runs.set(0);
	}

	@AfterAll
	static void close() {
		client.close();
		server.close();
		lumoAuth.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"allowed\":true}", "{\"allowed\":true,\"agent_id\":\"agt_test\"}",
			"{\"allowed\":true,\"agent_id\":\"research-bot\",\"resource\":\"urn:mcp:financial-data\"}" })
	void asksOnceForManyCallsAtOnce(String answer) {
		lumoAuth.toolAnswer = "200 " + answer;
		assertThat(IntStream.range(0, 8).parallel().mapToObj((i) -> tool.call("{}")).collect(Collectors.toSet()))
			.singleElement()
			.asString()
			.contains("called by agent");
		assertThat(lumoAuth.toolQuestions).singleElement()
			.asString()
			.contains("\"server_id\":\"mcp_42\"")
			.contains("\"tool\":\"whoami\"");
	}

	@Test
	void asksAgainOnceTheAnswerIsForgotten() {
		assertThat(tool.call("{}")).contains("called by agent");
		lumoAuth.toolAnswer = "403 {\"error\":\"access_denied\"}";
		assertThat(tool.call("{}")).contains("called by agent");
		client.getBean(CapabilityDecisions.class).invalidate();
		assertThat(tool.call("{}")).isEqualTo(DENIED);
		assertThat(lumoAuth.toolQuestions).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "403 ", "403 {\"allowed\":true}", "200 {\"allowed\":false}" })
	void refusesWhatLumoAuthDenies(String answer) {
		lumoAuth.toolAnswer = answer;
		assertThat(tool.call("{}")).isEqualTo(DENIED);
		assertThat(server.runs).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "400 {}", "404 {}", "500 {}", "200 {}", "200 true", "201 {\"allowed\":true}",
			"200 {\"allowed\":true,\"agent_id\":\"agt_other\"}",
			"200 {\"allowed\":true,\"resource\":\"https://mcp.example.com\"}" })
	void refusesWithoutAnAnswerToThisVeryQuestion(String answer) {
		lumoAuth.toolAnswer = answer;
		assertThat(tool.call("{}")).isEqualTo(UNAVAILABLE);
		assertThat(server.runs).hasValue(0);
	}

	@Test
	void needsTheCapabilityTooAndAsksAboutTheAudience() {
		try (ConfigurableApplicationContext both = start("capability=mcp:financial")) {
			ToolCallback guarded = tool(both);
			CAPABILITIES.put("mcp:financial", false);
			assertThat(guarded.call("{}")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
			CAPABILITIES.put("mcp:financial", true);
			both.getBean(CapabilityDecisions.class).invalidate();
			assertThat(guarded.call("{}")).contains("called by agent");
			assertThat(lumoAuth.toolQuestions)
				.allSatisfy((body) -> assertThat(body).contains("\"server_id\":\"urn:mcp:financial-data\""));
		}
	}

	private static ConfigurableApplicationContext start(String property) {
		String prefix = "--lumoauth.mcp.connections.financial.";
		return new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE)
			.run("--lumoauth.url=" + lumoAuth.url(), "--lumoauth.tenant=" + IssuingLumoAuth.TENANT,
					"--lumoauth.client-id=agt_test", "--lumoauth.client-secret=s3cret",
					"--spring.ai.openai.api-key=none", "--spring.ai.mcp.server.enabled=false",
					"--spring.main.banner-mode=off", "--logging.level.root=ERROR",
					"--spring.ai.mcp.client.streamable-http.connections.financial.url=" + server.url(),
					prefix + "audience=" + server.audience(), prefix + "decide-by=authorize", prefix + property);
	}

	private static ToolCallback tool(ConfigurableApplicationContext context) {
		return List.of(context.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks())
			.stream()
			.filter((tool) -> tool.getToolDefinition().name().endsWith("whoami"))
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class Client {

		@Bean
		CapabilitySource capabilities() {
			return (names) -> names.stream().collect(Collectors.toMap(Function.identity(), CAPABILITIES::get));
		}

	}

}
