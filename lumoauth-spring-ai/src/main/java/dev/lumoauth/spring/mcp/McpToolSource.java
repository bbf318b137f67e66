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

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolFilter;
import org.springframework.ai.mcp.McpToolNamePrefixGenerator;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

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

	/**
	 * Take a provider apart, if Spring AI's auto-configuration made it of beans. An
	 * application's own provider may have other clients and another filter, whatever the
	 * name of its bean.
	 * @param provider the provider
	 * @param beanName its name
	 * @param beans the beans of which it was made
	 * @param clients finds the connections of clients
	 * @return a source for each of its clients; the provider itself if an application
	 * made it
	 */
	static List<McpToolSource> of(ToolCallbackProvider provider, String beanName, ConfigurableListableBeanFactory beans,
			McpClients clients) {
		if (!isOfSpringAi(beanName, beans)) {
			return List.of(new McpToolSource(null, null, provider, () -> {
			}));
		}
		McpToolFilter filter = beans.getBeanProvider(McpToolFilter.class).getIfUnique(() -> (client, tool) -> true);
		McpToolNamePrefixGenerator names = beans.getBeanProvider(McpToolNamePrefixGenerator.class)
			.getIfUnique(McpToolNamePrefixGenerator::noPrefix);
		if (provider instanceof SyncMcpToolCallbackProvider) {
			return all(beans, McpSyncClient.class).map((client) -> {
				SyncMcpToolCallbackProvider one = SyncMcpToolCallbackProvider.builder()
					.mcpClients(client)
					.toolFilter(filter)
					.toolNamePrefixGenerator(names)
					.toolContextToMcpMetaConverter(clients.meta())
					.build();
				return new McpToolSource(clients.nameOf(client), clients.endpointOf(client), one, one::invalidateCache);
			}).toList();
		}
		return all(beans, McpAsyncClient.class).map((client) -> {
			AsyncMcpToolCallbackProvider one = AsyncMcpToolCallbackProvider.builder()
				.mcpClients(List.of(client))
				.toolFilter(filter)
				.toolNamePrefixGenerator(names)
				.toolContextToMcpMetaConverter(clients.meta())
				.build();
			return new McpToolSource(clients.nameOf(client), clients.endpointOf(client), one, one::invalidateCache);
		}).toList();
	}

	private static boolean isOfSpringAi(String beanName, ConfigurableListableBeanFactory beans) {
		Method method = beans.containsBeanDefinition(beanName) ? GuardTermsFinder.beanMethod(beans, beanName) : null;
		return method != null && FrameworkClasses.isOfSpring(method.getDeclaringClass());
	}

	private static <C> Stream<C> all(BeanFactory beans, Class<C> type) {
		return beans.<List<C>>getBeanProvider(ResolvableType.forClassWithGenerics(List.class, type))
			.stream()
			.flatMap(List::stream);
	}

}
