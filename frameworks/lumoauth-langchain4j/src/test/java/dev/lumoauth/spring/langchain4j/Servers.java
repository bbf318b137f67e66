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

package dev.lumoauth.spring.langchain4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.langchain4j.autoconfigure.LumoAuthLangChain4jAutoConfiguration;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * A LumoAuth whose capabilities a test grants, a model that calls the tools that a test
 * names, whether they were offered or not, and an MCP server with one tool.
 */
final class Servers implements AutoCloseable {

	private static final ObjectMapper JSON = new ObjectMapper();

	private static final String API = "/t/acme/api/v1/";

	private final HttpServer server;

	private final OpenAiChatModel model;

	private final OpenAiStreamingChatModel streamingModel;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/** What is granted, as {@code client:capability}. */
	final Set<String> granted = ConcurrentHashMap.newKeySet();

	volatile boolean down;

	/**
	 * What it answers while it is down. An answer that says nothing is not asked for
	 * again.
	 */
	volatile int status;

	/** Whether the MCP server forgets the session before the next call of its tool. */
	volatile boolean sessionLost;

	volatile int maxTokens;

	volatile int tokensUsed;

	/** The requests that have reached LumoAuth. */
	final List<String> asked = new CopyOnWriteArrayList<>();

	/** The requests that have reached the model. */
	final List<JsonNode> prompts = new CopyOnWriteArrayList<>();

	/** The calls that have reached the MCP server, with their tokens. */
	final List<String> mcp = new CopyOnWriteArrayList<>();

	/** The rounds of the model: what it calls in each, before it answers. */
	private volatile List<List<String>> rounds = List.of();

	volatile String arguments = "{\"text\":\"x\"}";

	Servers() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/", (exchange) -> {
			try (exchange) {
				handle(exchange);
			}
		});
		this.server.start();
		this.model = OpenAiChatModel.builder()
			.baseUrl(url() + "/v1")
			.apiKey("none")
			.modelName("m")
			.maxRetries(0)
			.build();
		this.streamingModel = OpenAiStreamingChatModel.builder()
			.baseUrl(url() + "/v1")
			.apiKey("none")
			.modelName("m")
			.build();
	}

	String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	AgentRuntime agent(String clientId, AgentFeature... features) {
		return AgentRuntime.connect(LumoAuthAddresses.forTenant(URI.create(url()), "acme"),
				AgentCredentials.clientSecretPost(clientId, "secret"), features);
	}

	/**
	 * An application with Spring Boot, whose agent is {@code a} at this LumoAuth.
	 */
	ApplicationContextRunner application() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
							LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthLangChain4jAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + url(), "lumoauth.tenant=acme", "lumoauth.client-id=a",
					"lumoauth.client-secret=s", "lumoauth.verify-at-start=off");
	}

	OpenAiChatModel model() {
		return this.model;
	}

	OpenAiStreamingChatModel streamingModel() {
		return this.streamingModel;
	}

	/**
	 * Call tools before the answer, which says what the tools answered.
	 * @param rounds a round each; several tools of a round are separated by commas
	 */
	void willCall(String... rounds) {
		List<List<String>> all = new ArrayList<>();
		for (String round : rounds) {
			all.add(List.of(round.split(",")));
		}
		this.rounds = all;
		this.prompts.clear();
	}

	void reset() {
		this.granted.clear();
		this.asked.clear();
		this.mcp.clear();
		this.prompts.clear();
		this.down = false;
		this.status = 200;
		this.sessionLost = false;
		this.maxTokens = 1_000_000;
		this.tokensUsed = 0;
	}

	/**
	 * Return the names of the tools that the model was offered.
	 * @param prompt the number of the model's call
	 */
	List<String> offered(int prompt) {
		List<String> names = new ArrayList<>();
		this.prompts.get(prompt).path("tools").forEach((tool) -> names.add(tool.at("/function/name").asText()));
		return names;
	}

	private void handle(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		if (path.equals("/v1/chat/completions")) {
			JsonNode prompt = JSON.readTree(body);
			this.prompts.add(prompt);
			boolean stream = prompt.path("stream").asBoolean();
			send(exchange, 200, stream ? "text/event-stream" : "application/json", answer(prompt, stream));
			return;
		}
		if (path.equals("/mcp")) {
			mcp(exchange, JSON.readTree(body.isEmpty() ? "{}" : body));
			return;
		}
		String authorization = exchange.getRequestHeaders().getFirst("Authorization");
		this.asked.add(path.replace(API, "") + " " + body.replaceAll("client_secret=[^&]*&?", ""));
		if (this.down) {
			send(exchange, this.status, "application/json", "{}");
			return;
		}
		String client = String.valueOf(authorization).replaceAll("Bearer token-", "");
		switch (path.replace(API, "")) {
			case "oauth/token" -> send(exchange, 200, "application/json", token(form(body)));
			case "authz/check" -> {
				String permission = JSON.readTree(body).path("permission").asText();
				send(exchange, 200, "application/json", "{\"permission\":\"" + permission + "\",\"allowed\":"
						+ this.granted.contains(client + ":" + permission) + "}");
			}
			case "authz/check-bulk" -> {
				Map<String, Boolean> results = new LinkedHashMap<>();
				JSON.readTree(body)
					.path("permissions")
					.forEach((each) -> results.put(each.asText(), this.granted.contains(client + ":" + each.asText())));
				send(exchange, 200, "application/json", JSON.writeValueAsString(Map.of("results", results)));
			}
			case "oauth/userinfo" ->
				send(exchange, 200, "application/json", "{\"sub\":\"agent\",\"budget_policy\":{\"max_tokens_per_day\":"
						+ this.maxTokens + ",\"tokens_used_today\":" + this.tokensUsed + "}}");
			default -> send(exchange, 404, "application/json", "{}");
		}
	}

	private static String token(Map<String, String> form) {
		boolean exchange = form.containsKey("subject_token");
		String value = exchange ? form.get("audience") + "-for-" + form.get("subject_token")
				: "token-" + form.get("client_id");
		return "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":3600"
				+ (exchange ? ",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"" : "") + "}";
	}

	private static Map<String, String> form(String body) {
		Map<String, String> form = new LinkedHashMap<>();
		for (String field : body.split("&")) {
			String[] parts = field.split("=", 2);
			form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		return form;
	}

	private void mcp(HttpExchange exchange, JsonNode message) throws IOException {
		String method = message.path("method").asText();
		if (!message.has("id")) {
			send(exchange, 202, "application/json", "");
			return;
		}
		String token = exchange.getRequestHeaders().getFirst("Authorization");
		String result = switch (method) {
			case "initialize" -> "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
					+ "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}";
			case "tools/list" -> "{\"tools\":[{\"name\":\"quote\",\"description\":\"d\",\"inputSchema\":"
					+ "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}}]}";
			case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"42\"}]}";
			default -> "{}";
		};
		this.mcp.add(method + " " + token);
		if (this.sessionLost && method.equals("tools/call")) {
			this.sessionLost = false;
			send(exchange, 404, "application/json", "");
			return;
		}
		send(exchange, 200, "application/json",
				"{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":" + result + "}");
	}

	/**
	 * The round is the number of answers of the model after the last question.
	 */
	private String answer(JsonNode prompt, boolean stream) {
		int round = 0;
		List<String> results = new ArrayList<>();
		for (JsonNode message : prompt.path("messages")) {
			switch (message.path("role").asText()) {
				case "user" -> {
					round = 0;
					results.clear();
				}
				case "assistant" -> round++;
				case "tool" -> results.add(message.path("content").asText());
				default -> {
				}
			}
		}
		String message = (round < this.rounds.size())
				? "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":" + calls(this.rounds.get(round)) + "}"
				: "{\"role\":\"assistant\",\"content\":" + quoted(String.join(" | ", results)) + "}";
		String finish = (round < this.rounds.size()) ? "tool_calls" : "stop";
		String usage = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}";
		if (!stream) {
			return "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"" + finish
					+ "\",\"message\":" + message + "}]," + usage + "}";
		}
		return chunk("{\"index\":0,\"delta\":" + message + ",\"finish_reason\":null}", "")
				+ chunk("{\"index\":0,\"delta\":{},\"finish_reason\":\"" + finish + "\"}", "") + chunk("", "," + usage)
				+ "data: [DONE]\n\n";
	}

	private String calls(List<String> tools) {
		List<String> calls = new ArrayList<>();
		for (int i = 0; i < tools.size(); i++) {
			calls.add("{\"index\":" + i + ",\"id\":\"call_" + i + "\",\"type\":\"function\",\"function\":{\"name\":"
					+ quoted(tools.get(i)) + ",\"arguments\":" + quoted(this.arguments) + "}}");
		}
		return calls.toString();
	}

	private static String chunk(String choice, String more) {
		return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
				+ choice + "]" + more + "}\n\n";
	}

	private static String quoted(String text) {
		try {
			return JSON.writeValueAsString(text);
		}
		catch (JsonProcessingException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", type);
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
