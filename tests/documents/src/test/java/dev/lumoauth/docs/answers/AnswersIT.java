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

package dev.lumoauth.docs.answers;

import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The answers about MCP servers: a chat service that is a resource server, the MCP server
 * that it calls for its users, and the dev server.
 */
class AnswersIT {

	private static final ParameterizedTypeReference<Map<String, Object>> JSON = new ParameterizedTypeReference<>() {
	};

	private static ConfigurableApplicationContext desk;

	private static ConfigurableApplicationContext host;

	private static RestClient http;

	@BeforeAll
	static void start() {
		http = RestClient.builder().defaultStatusHandler((status) -> true, (request, response) -> {
		}).build();
		desk = run(Desk.class, "answers-server", "--spring.ai.mcp.server.enabled=true",
				"--spring.ai.mcp.client.enabled=false");
		host = run(Host.class, "answers-host", "--DESK_URL=" + address(desk));
	}

	private static ConfigurableApplicationContext run(Class<?> source, String configuration, String... arguments) {
		Map<String, Object> properties = new HashMap<>(SharedDevServer.variables());
		properties.put("spring.config.name", configuration);
		properties.put("spring.main.banner-mode", "off");
		properties.put("server.port", "0");
		properties.put("server.shutdown", "immediate");
		return new SpringApplicationBuilder(source).web(WebApplicationType.SERVLET)
			.properties(properties)
			.run(arguments);
	}

	@AfterAll
	static void stop() {
		host.close();
		desk.close();
	}

	@Test
	void theServerSeesTheUserOfTheRequest() {
		assertThat(ask("alice", "tasks")).contains("tasks of usr_alice");
		assertThat(ask("bob", "tasks")).contains("tasks of usr_bob");
	}

	@Test
	void eachToolOfTheServerNeedsWhatTheConfigurationSays() {
		assertThat(ask("alice", "close report")).contains("report closed for usr_alice");
		assertThat(ask("alice", "purge")).doesNotContain("purged");
		assertThat(ask("bob", "close report")).doesNotContain("closed");
	}

	@Test
	void theServerListsForEachCallerWhatTheCallerMayUse() {
		assertThat(send(token("alice", "mcp:read mcp:financial"), "tools/list", "{}").getBody()).contains("\"tasks\"",
				"\"close\"");
		assertThat(send(token("bob", "mcp:read"), "tools/list", "{}").getBody()).contains("\"tasks\"")
			.doesNotContain("\"close\"");
	}

	@Test
	void theServerSaysWhichScopeIsMissing() {
		ResponseEntity<String> answer = send(token("alice", "mcp:read"), "tools/call",
				"{\"name\":\"close\",\"arguments\":{\"task\":\"report\"}}");
		assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
		assertThat(answer.getHeaders().getFirst("WWW-Authenticate")).contains("error=\"insufficient_scope\"",
				"scope=\"mcp:financial\"");
	}

	private static String ask(String user, String question) {
		return http.get()
			.uri(address(host) + "/chat?question={question}", question)
			.headers((headers) -> headers.setBearerAuth(login(user)))
			.retrieve()
			.body(String.class);
	}

	private static ResponseEntity<String> send(String token, String method, String parameters) {
		return http.post()
			.uri(address(desk) + "/mcp")
			.headers((headers) -> headers.setBearerAuth(token))
			.accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, parameters))
			.retrieve()
			.toEntity(String.class);
	}

	private static String address(ConfigurableApplicationContext application) {
		return "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
	}

	/**
	 * Return a user's own token.
	 */
	private static String login(String user) {
		return accessToken(http.post()
			.uri(SharedDevServer.url() + "/dev/tenants/acme-corp/users/{user}/token", user)
			.retrieve()
			.body(JSON));
	}

	/**
	 * Return the token with which the agent calls the MCP server for a user.
	 */
	private static String token(String user, String scope) {
		String type = "urn:ietf:params:oauth:token-type:access_token";
		return token(
				Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token", login(user),
						"subject_token_type", type, "actor_token", token(Map.of("grant_type", "client_credentials")),
						"actor_token_type", type, "audience", "urn:mcp:financial-data", "scope", scope));
	}

	private static String token(Map<String, String> fields) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		fields.forEach(form::add);
		form.add("client_id", "agt_research-analyst");
		form.add("client_secret", SharedDevServer.SECRET);
		return accessToken(http.post()
			.uri(SharedDevServer.url() + "/t/acme-corp/api/v1/oauth/token")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body(form)
			.retrieve()
			.body(JSON));
	}

	private static String accessToken(Map<String, Object> answer) {
		assertThat(answer).containsKey("access_token");
		return String.valueOf(answer.get("access_token"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(DeskTools.class)
	static class Desk {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Host {

		@Bean
		ScriptedChatModel model() {
			return ScriptedChatModel.obeyingBlindly();
		}

		@Bean
		Chat chat(ChatClient.Builder builder, SyncMcpToolCallbackProvider tools) {
			return new Chat(builder.defaultTools(tools).build());
		}

	}

	@RestController
	record Chat(ChatClient chat) {

		@GetMapping("/chat")
		String ask(@RequestParam String question) {
			return String.valueOf(this.chat.prompt(question).call().content());
		}

	}

}
