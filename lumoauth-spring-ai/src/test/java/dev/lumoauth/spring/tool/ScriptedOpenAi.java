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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OpenAI-compatible model that calls tools, whether they were offered or not, and then
 * answers with what the tools answered.
 */
public final class ScriptedOpenAi implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final HttpServer server;

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	private volatile List<String> tools = List.of("none");

	private volatile String arguments = "{}";

	private volatile CountDownLatch later = new CountDownLatch(0);

	private volatile CountDownLatch waiting = new CountDownLatch(0);

	public ScriptedOpenAi() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newCachedThreadPool());
		this.server.createContext("/v1/chat/completions", this::handle);
		this.server.start();
	}

	public String baseUrl() {
		return "http://localhost:" + this.server.getAddress().getPort() + "/v1";
	}

	void willCall(String tool, String arguments) {
		willCall(tool, arguments, 1);
	}

	/**
	 * Call it several times with one answer.
	 */
	void willCall(String tool, String arguments, int times) {
		willCall(Collections.nCopies(times, tool));
		this.arguments = arguments;
	}

	/**
	 * Call several tools, without arguments, with one answer.
	 */
	public void willCall(List<String> tools) {
		this.tools = tools;
		this.arguments = "{}";
		this.requests.clear();
	}

	/**
	 * Answer whoever says "later" only when told so.
	 * @param later opens for the answers
	 * @return opens when the first one waits
	 */
	public CountDownLatch hold(CountDownLatch later) {
		this.waiting = new CountDownLatch(1);
		this.later = later;
		return this.waiting;
	}

	private void await(JsonNode request) {
		for (JsonNode message : request.path("messages")) {
			if (message.path("content").asString("").equals("later")) {
				this.waiting.countDown();
				try {
					this.later.await(1, TimeUnit.MINUTES);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}
	}

	int calls() {
		return this.requests.size();
	}

	/**
	 * Return the names of the tools that the model was offered with its first call.
	 */
	public List<String> offered() {
		List<String> names = new ArrayList<>();
		this.requests.get(0).path("tools").forEach((tool) -> names.add(tool.at("/function/name").asString()));
		return names;
	}

	/**
	 * Return the system text of the first call.
	 */
	String systemText() {
		for (JsonNode message : this.requests.get(0).path("messages")) {
			if ("system".equals(message.path("role").asString())) {
				return message.path("content").asString();
			}
		}
		return "";
	}

	private void handle(HttpExchange exchange) throws IOException {
		JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
		this.requests.add(request);
		await(request);
		String result = null;
		for (JsonNode message : request.path("messages")) {
			if ("tool".equals(message.path("role").asString())) {
				String content = message.path("content").asString();
				result = (result != null) ? result + "," + content : content;
			}
		}
		boolean stream = request.path("stream").asBoolean(false);
		String body = stream ? stream(result) : completion(result);
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", stream ? "text/event-stream" : "application/json");
		exchange.sendResponseHeaders(200, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private String completion(String result) {
		String message = (result == null)
				? "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":" + toolCalls("") + "}"
				: "{\"role\":\"assistant\",\"content\":%s}".formatted(quoted(result));
		return "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"%s\",\"message\":%s}],"
			.formatted((result == null) ? "tool_calls" : "stop", message)
				+ "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}}";
	}

	private String stream(String result) {
		String delta = (result == null)
				? "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":" + toolCalls("\"index\":%d,") + "}"
				: "{\"role\":\"assistant\",\"content\":%s}".formatted(quoted(result));
		return chunk("{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}", "")
				+ chunk("{\"index\":0,\"delta\":{},\"finish_reason\":\"" + ((result == null) ? "tool_calls" : "stop")
						+ "\"}", "")
				+ chunk("", ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}")
				+ "data: [DONE]\n\n";
	}

	private String toolCalls(String index) {
		List<String> tools = this.tools;
		return IntStream.range(0, tools.size())
			.mapToObj((i) -> "{" + index.formatted(i) + "\"id\":\"call_" + i
					+ "\",\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}}"
						.formatted(quoted(tools.get(i)), quoted(this.arguments)))
			.collect(Collectors.joining(",", "[", "]"));
	}

	private static String chunk(String choice, String more) {
		return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
				+ choice + "]" + more + "}\n\n";
	}

	private static String quoted(String text) {
		return JSON.writeValueAsString(text);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
