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

package dev.lumoauth.mcpserver;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;

/**
 * Speaks to the server: by the MCP client, and by single requests where the answer's
 * status and headers matter.
 */
public final class Mcp {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String INITIALIZE = """
			{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
			"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

	private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{}}";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private final String url;

	public Mcp(int port) {
		this.url = "http://127.0.0.1:" + port;
	}

	/** A client that sends a token with each request. */
	public McpSyncClient client(String token) {
		return McpClient
			.sync(HttpClientStreamableHttpTransport.builder(this.url)
				.httpRequestCustomizer(
						(request, method, uri, body, context) -> request.setHeader("Authorization", "Bearer " + token))
				.build())
			.requestTimeout(TIMEOUT)
			.initializationTimeout(TIMEOUT)
			.build();
	}

	/** Calls the tool in a session of its own. */
	public String query(String token, Map<String, Object> arguments) {
		try (McpSyncClient client = client(token)) {
			client.initialize();
			McpSchema.CallToolResult result = client
				.callTool(McpSchema.CallToolRequest.builder("queryFinancials").arguments(arguments).build());
			return ((McpSchema.TextContent) result.content().get(0)).text();
		}
	}

	public HttpResponse<String> initialize(String token) {
		return send("/mcp", (request) -> bearer(request, token).POST(HttpRequest.BodyPublishers.ofString(INITIALIZE)));
	}

	public HttpResponse<String> list(String token, String session) {
		return send("/mcp", (request) -> bearer(request, token).header("Mcp-Session-Id", session)
			.POST(HttpRequest.BodyPublishers.ofString(LIST)));
	}

	/**
	 * Opens a session, and the stream of what the server has to say in the session:
	 * nothing, so that it isn't answered before it ends.
	 */
	public CompletableFuture<?> listen(String token) {
		String session = initialize(token).headers().firstValue("Mcp-Session-Id").orElseThrow();
		return this.http.sendAsync(bearer(request("/mcp"), token).header("Mcp-Session-Id", session).GET().build(),
				HttpResponse.BodyHandlers.discarding());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(TIMEOUT)
			.header("Accept", "application/json, text/event-stream")
			.header("Content-Type", "application/json");
	}

	public HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> changes) {
		try {
			return this.http.send(changes.apply(request(path)).build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public static HttpRequest.Builder bearer(HttpRequest.Builder request, String token) {
		return request.header("Authorization", "Bearer " + token);
	}

	public String url() {
		return this.url;
	}

}
