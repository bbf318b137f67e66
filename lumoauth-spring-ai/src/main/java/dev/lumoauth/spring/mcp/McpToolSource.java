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

import java.util.List;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import dev.lumoauth.spring.tool.PrivateField;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolFilter;
import org.springframework.ai.mcp.McpToolNamePrefixGenerator;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.tool.ToolCallbackProvider;

/**
 * The source of the tools of one client. Spring AI asks all clients together, and returns
 * no tools if one of them fails.
 *
 * @param name the connection's name, or {@code null} if it is not known
 * @param endpoint the listed connection, or {@code null}
 * @param provider asks the server once, and remembers its answer
 * @param forget makes the provider ask again
 */
record McpToolSource(@Nullable String name, @Nullable McpConnectionAddress endpoint, ToolCallbackProvider provider,
		Runnable forget) {

	private static final Settings SYNC = new Settings(SyncMcpToolCallbackProvider.class);

	private static final Settings ASYNC = new Settings(AsyncMcpToolCallbackProvider.class);

	/**
	 * Take a provider apart.
	 * @param provider the provider
	 * @param clients finds the connections of clients
	 * @return a source for each of its clients; the provider itself if an application has
	 * changed how it works
	 */
	static List<McpToolSource> of(ToolCallbackProvider provider, McpClients clients) {
		if (provider.getClass() == SyncMcpToolCallbackProvider.class) {
			return SYNC.clients(provider).stream().map((client) -> {
				SyncMcpToolCallbackProvider one = SyncMcpToolCallbackProvider.builder()
					.mcpClients((McpSyncClient) client)
					.toolFilter(SYNC.filter(provider))
					.toolNamePrefixGenerator(SYNC.names(provider))
					.toolContextToMcpMetaConverter(SYNC.meta(provider))
					.build();
				return new McpToolSource(clients.nameOf(client), clients.endpointOf(client), one, one::invalidateCache);
			}).toList();
		}
		if (provider.getClass() == AsyncMcpToolCallbackProvider.class) {
			return ASYNC.clients(provider).stream().map((client) -> {
				AsyncMcpToolCallbackProvider one = AsyncMcpToolCallbackProvider.builder()
					.mcpClients(List.of((McpAsyncClient) client))
					.toolFilter(ASYNC.filter(provider))
					.toolNamePrefixGenerator(ASYNC.names(provider))
					.toolContextToMcpMetaConverter(ASYNC.meta(provider))
					.build();
				return new McpToolSource(clients.nameOf(client), clients.endpointOf(client), one, one::invalidateCache);
			}).toList();
		}
		return List.of(new McpToolSource(null, null, provider, () -> {
		}));
	}

	/**
	 * The settings with which a provider was built.
	 */
	private static final class Settings {

		@SuppressWarnings("rawtypes")
		private final PrivateField<List> clients;

		private final PrivateField<McpToolFilter> filter;

		private final PrivateField<McpToolNamePrefixGenerator> names;

		private final PrivateField<ToolContextToMcpMetaConverter> meta;

		Settings(Class<?> type) {
			this.clients = PrivateField.of(type, "mcpClients", List.class);
			this.filter = PrivateField.of(type, "toolFilter", McpToolFilter.class);
			this.names = PrivateField.of(type, "toolNamePrefixGenerator", McpToolNamePrefixGenerator.class);
			this.meta = PrivateField.of(type, "toolContextToMcpMetaConverter", ToolContextToMcpMetaConverter.class);
		}

		List<?> clients(ToolCallbackProvider provider) {
			return this.clients.get(provider);
		}

		McpToolFilter filter(ToolCallbackProvider provider) {
			return this.filter.get(provider);
		}

		McpToolNamePrefixGenerator names(ToolCallbackProvider provider) {
			return this.names.get(provider);
		}

		ToolContextToMcpMetaConverter meta(ToolCallbackProvider provider) {
			return this.meta.get(provider);
		}

	}

}
