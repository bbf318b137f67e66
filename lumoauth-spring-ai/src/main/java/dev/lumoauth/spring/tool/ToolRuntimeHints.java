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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * The fields of Spring AI and of the MCP SDK that are read by {@code PrivateField}, or
 * looked into.
 */
final class ToolRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		field(hints, classLoader, "org.springframework.ai.tool.method.MethodToolCallback", "toolMethod", "toolObject",
				"toolCallResultConverter");
		field(hints, classLoader, "org.springframework.ai.tool.function.FunctionToolCallback", "toolFunction");
		field(hints, classLoader, "org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback",
				"toolMethod", "toolObject");
		field(hints, classLoader, "org.springframework.ai.mcp.SyncMcpToolCallback", "mcpClient");
		field(hints, classLoader, "org.springframework.ai.mcp.AsyncMcpToolCallback", "mcpClient");
		field(hints, classLoader, "io.modelcontextprotocol.client.McpSyncClient", "delegate");
		field(hints, classLoader, "io.modelcontextprotocol.client.McpClient$SyncSpec", "contextProvider");
		field(hints, classLoader, "io.modelcontextprotocol.client.McpAsyncClient", "transport");
		for (String transport : List.of("HttpClientSseClientTransport", "HttpClientStreamableHttpTransport")) {
			field(hints, classLoader, "io.modelcontextprotocol.client.transport." + transport + "$Builder",
					"httpRequestCustomizer");
		}
		field(hints, classLoader,
				"org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport", "webClient");
		hints.proxies().registerJdkProxy(TypeReference.of("java.net.http.HttpClient$Builder"));
		hints.reflection()
			.registerTypeIfPresent(classLoader,
					"org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback",
					MemberCategory.INVOKE_DECLARED_METHODS);
	}

	/**
	 * By name, because the class may be missing.
	 */
	private static void field(RuntimeHints hints, @Nullable ClassLoader classLoader, String type, String... fields) {
		hints.reflection().registerTypeIfPresent(classLoader, type, (hint) -> {
			for (String field : fields) {
				hint.withField(field);
			}
		});
	}

}
