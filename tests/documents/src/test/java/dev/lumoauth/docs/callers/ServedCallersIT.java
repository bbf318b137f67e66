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

package dev.lumoauth.docs.callers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.mcp.server.LumoAuthCaller;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The callers of an application's own MCP server, as docs/mcp-server.md has them, with
 * their tokens and LumoAuth's answers from the dev server: two users for whom one agent
 * calls.
 */
class ServedCallersIT {

	private static final String AUDIENCE = "urn:mcp:financial-data";

	private static final ParameterizedTypeReference<Map<String, Object>> JSON = new ParameterizedTypeReference<>() {
	};

	private static RestClient http;

	@BeforeAll
	static void start() {
		http = RestClient.builder()
			.baseUrl(SharedDevServer.url())
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
	}

	@Test
	void whatOneCallersUserApprovesIsNotApprovedForAnother() {
		whatOneCallersUserApprovesIsNotApprovedForAnother("push");
	}

	@Test
	@Tag("nightly")
	void whatOneCallersUserApprovesByCibaIsNotApprovedForAnother() {
		whatOneCallersUserApprovesIsNotApprovedForAnother("ciba");
	}

	private static void whatOneCallersUserApprovesIsNotApprovedForAnother(String channel) {
		try (ConfigurableApplicationContext server = server("scopes", "lumoauth.approvals.channel=" + channel)) {
			String alice = token("alice", "mcp:read");
			String bob = token("bob", "mcp:read");
			assertThat(call(server, alice, "refund")).doesNotContain("refunded by");
			Map<String, Object> asked = waiting("alice");
			assertThat(asked).containsEntry("client_id", "agt_report-writer");
			assertThat(waiting("bob")).isNull();
			approve(asked, "alice");
			assertThat(call(server, bob, "refund")).doesNotContain("refunded by");
			assertThat(waiting("bob")).isNotNull();
			assertThat(approved(server, token("alice", "mcp:read"))).contains("refunded by usr_alice");
			// Each decision is for one call.
			assertThat(call(server, bob, "refund")).doesNotContain("refunded by");
			approve(waiting("bob"), "bob");
			assertThat(approved(server, bob)).contains("refunded by usr_bob");
		}
	}

	/**
	 * The application asks LumoAuth now and then what a person has decided.
	 */
	private static String approved(ConfigurableApplicationContext server, String token) {
		return await().atMost(Duration.ofMinutes(1))
			.until(() -> call(server, token, "refund"), (answer) -> !answer.contains("Approval pending"));
	}

	@Test
	void lumoAuthSaysWhatACallerMayDo() {
		try (ConfigurableApplicationContext server = server("check")) {
			String alice = token("alice", "mcp:read mcp:financial");
			String bob = token("bob", "mcp:read");
			assertThat(tools(server, alice)).contains("\"balance\"").contains("\"refund\"");
			assertThat(tools(server, bob)).doesNotContain("\"balance\"").contains("\"refund\"");
			assertThat(call(server, alice, "balance")).contains("balance for usr_alice");
			assertThat(call(server, bob, "balance")).contains("insufficient_scope");
		}
	}

	@Test
	void lumoAuthSaysWhichToolsACallerMayCall() {
		try (ConfigurableApplicationContext server = server("authorize",
				"lumoauth.mcp.server.resource=https://mcp.example.com")) {
			String alice = token("alice", "mcp:read");
			assertThat(tools(server, alice)).contains("\"balance\"");
			assertThat(call(server, alice, "balance")).contains("balance for usr_alice");
			mayCallBalance(false);
			String later = token("alice", "mcp:read");
			assertThat(tools(server, later)).doesNotContain("\"balance\"").contains("\"refund\"");
			assertThat(call(server, later, "balance")).contains("agent lacks 'mcp:financial' capability.");
		}
		finally {
			mayCallBalance(true);
		}
	}

	private static void mayCallBalance(boolean allowed) {
		assertThat(http.put()
			.uri("/dev/tenants/acme-corp/agents/agt_research-analyst/mcp-tools")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("server_id", AUDIENCE, "tool", "balance", "allowed", allowed))
			.retrieve()
			.toBodilessEntity()
			.getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	private static ConfigurableApplicationContext server(String decideBy, String... properties) {
		Map<String, Object> all = new HashMap<>(SharedDevServer.variables());
		all.put("AGENT_CLIENT_ID", "agt_report-writer");
		all.put("AGENT_CLIENT_SECRET", SharedDevServer.SECRET + "-report-writer");
		all.put("spring.config.name", "callers");
		all.put("spring.main.banner-mode", "off");
		all.put("server.port", "0");
		all.put("server.shutdown", "immediate");
		all.put("spring.ai.mcp.server.protocol", "STATELESS");
		all.put("spring.ai.mcp.client.enabled", "false");
		all.put("lumoauth.mcp.server.audience", AUDIENCE);
		all.put("lumoauth.mcp.server.decide-by", decideBy);
		return new SpringApplicationBuilder(Server.class).web(WebApplicationType.SERVLET)
			.properties(all)
			.properties(properties)
			.run("--spring.ai.mcp.server.enabled=true");
	}

	/**
	 * Return the token with which an agent calls for a user.
	 */
	private static String token(String user, String scope) {
		Map<String, Object> login = http.post()
			.uri("/dev/tenants/acme-corp/users/{user}/token", user)
			.retrieve()
			.body(JSON);
		return token(Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token",
				text(login, "access_token"), "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
				"actor_token", token(Map.of("grant_type", "client_credentials")), "actor_token_type",
				"urn:ietf:params:oauth:token-type:access_token", "audience", AUDIENCE, "scope", scope));
	}

	private static String token(Map<String, String> fields) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		fields.forEach(form::add);
		form.add("client_id", "agt_research-analyst");
		form.add("client_secret", SharedDevServer.SECRET);
		return text(http.post()
			.uri("/t/acme-corp/api/v1/oauth/token")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body(form)
			.retrieve()
			.body(JSON), "access_token");
	}

	private static String text(Map<String, Object> answer, String field) {
		assertThat(answer).containsKey(field);
		return String.valueOf(answer.get(field));
	}

	/**
	 * Return what waits for a user.
	 */
	private static Map<String, Object> waiting(String user) {
		Map<String, Object> inbox = http.get().uri("/dev/tenants/acme-corp/inbox").retrieve().body(JSON);
		for (Object each : (List<?>) inbox.get("requests")) {
			@SuppressWarnings("unchecked")
			Map<String, Object> request = (Map<String, Object>) each;
			if (request.get("status").equals("pending") && user.equals(request.get("on_behalf_of"))) {
				return request;
			}
		}
		return null;
	}

	private static void approve(Map<String, Object> request, String user) {
		assertThat(http.post()
			.uri("/dev/tenants/acme-corp/inbox/{id}/approve", request.get("id"))
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("user", user))
			.retrieve()
			.toBodilessEntity()
			.getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	private static String tools(ConfigurableApplicationContext server, String token) {
		return send(server, token, "tools/list", "{}");
	}

	private static String call(ConfigurableApplicationContext server, String token, String tool) {
		return send(server, token, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}");
	}

	private static String send(ConfigurableApplicationContext server, String token, String method, String parameters) {
		return http.post()
			.uri("http://localhost:" + server.getEnvironment().getProperty("local.server.port") + "/mcp")
			.header("Authorization", "Bearer " + token)
			.accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, parameters))
			.retrieve()
			.body(String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Server {

		@Bean
		Tools tools() {
			return new Tools();
		}

	}

	static class Tools {

		@McpTool
		@RequiresApproval
		public String refund() {
			return "refunded by " + LumoAuthCaller.require().subject();
		}

		@McpTool
		@RequiresCapability("mcp:financial")
		public String balance() {
			return "balance for " + LumoAuthCaller.require().subject();
		}

	}

}
