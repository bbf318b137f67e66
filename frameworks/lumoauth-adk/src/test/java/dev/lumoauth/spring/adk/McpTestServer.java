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

package dev.lumoauth.spring.adk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.adk.JsonBaseModel;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An MCP server with one tool, over streamable HTTP. A session belongs to the token with
 * which it was opened, as a careful server has it.
 */
final class McpTestServer implements AutoCloseable {

	/** The method and the token of each request. */
	final List<String> received = new CopyOnWriteArrayList<>();

	/** The token of each session. */
	final Map<String, String> sessions = new ConcurrentHashMap<>();

	private final HttpServer server;

	/** What each call of a tool is answered with. */
	volatile int statusOfCalls = 200;

	McpTestServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/mcp", this::answer);
		this.server.setExecutor(Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task);
			thread.setDaemon(true);
			return thread;
		}));
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/mcp";
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (!exchange.getRequestMethod().equals("POST")) {
				exchange.sendResponseHeaders(405, -1);
				return;
			}
			JsonNode request = JsonBaseModel.getMapper().readTree(exchange.getRequestBody());
			String method = request.path("method").asText();
			String token = exchange.getRequestHeaders().getFirst("Authorization");
			this.received.add(method + " " + token);
			String session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
			boolean own = method.equals("initialize") || (session != null && token.equals(this.sessions.get(session)));
			int status = method.equals("tools/call") ? this.statusOfCalls : 200;
			if (status != 200 || !own) {
				exchange.sendResponseHeaders((status != 200) ? status : 404, -1);
				return;
			}
			String result = switch (method) {
				case "initialize" -> "{\"protocolVersion\":" + request.path("params").path("protocolVersion")
						+ ",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
				case "tools/list" -> "{\"tools\":[{\"name\":\"queryFinancials\",\"description\":\"figures\","
						+ "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"request\":{\"type\":\"string\"}}}}]}";
				case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"EBITDA $1.2M\"}],\"isError\":false}";
				default -> null;
			};
			if (method.equals("initialize")) {
				String id = UUID.randomUUID().toString();
				this.sessions.put(id, token);
				exchange.getResponseHeaders().set("Mcp-Session-Id", id);
			}
			if (result == null) {
				exchange.sendResponseHeaders(202, -1);
				return;
			}
			byte[] body = ("{\"jsonrpc\":\"2.0\",\"id\":" + request.path("id") + ",\"result\":" + result + "}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
