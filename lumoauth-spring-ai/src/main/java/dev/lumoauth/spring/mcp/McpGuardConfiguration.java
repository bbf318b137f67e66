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

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.tool.ToolGuard;

import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The guard around the tools of the listed connections to MCP servers, the tool context
 * that is sent to these servers, and the time when they are connected. Needs beans of
 * type {@link McpConnections} and {@link ToolGuard}, and the clients of Spring AI's
 * auto-configuration.
 *
 * @since 0.1.0
 */
@Configuration(proxyBeanMethods = false)
public class McpGuardConfiguration {

	/**
	 * Create a converter that sends only the allowed keys of a tool context to an MCP
	 * server.
	 * @param allowedKeys the keys whose values may be sent, as they are
	 * @return the converter
	 */
	public static ToolContextToMcpMetaConverter toolContextConverter(Collection<String> allowedKeys) {
		Set<String> keys = new HashSet<>(allowedKeys);
		// The exchange with a client of the application's own server is not data.
		keys.remove(McpToolUtils.TOOL_CONTEXT_MCP_EXCHANGE_KEY);
		return (context) -> {
			Map<String, Object> meta = new LinkedHashMap<>((context != null) ? context.getContext() : Map.of());
			meta.entrySet().removeIf((entry) -> entry.getValue() == null || !keys.contains(entry.getKey()));
			return meta;
		};
	}

	@Bean
	static McpClients lumoAuthMcpClients(ObjectProvider<McpConnections> connections,
			ObjectProvider<List<NamedClientMcpTransport>> transports,
			ObjectProvider<ToolContextToMcpMetaConverter> meta) {
		return new McpClients(connections::getObject, () -> transports.stream().flatMap(Collection::stream),
				() -> meta.getIfUnique(() -> toolContextConverter(List.of())));
	}

	@Bean
	static McpToolPolicy lumoAuthMcpToolPolicy(McpClients clients) {
		return new McpToolPolicy(clients);
	}

	@Bean
	static McpProviderPostProcessor lumoAuthMcpProviderPostProcessor(ObjectProvider<McpConnections> connections,
			ObjectProvider<McpClients> clients, ObjectProvider<ToolGuard> guard,
			ConfigurableListableBeanFactory beans) {
		return new McpProviderPostProcessor(connections::getObject, clients::getObject, guard::getObject, beans);
	}

	@Bean
	@Lazy(false)
	static McpStart lumoAuthMcpStart(ObjectProvider<McpConnections> connections, ObjectProvider<McpClients> clients) {
		return new McpStart(connections::getObject, clients::getObject);
	}

	/**
	 * Refuses to start with several converters of a tool context if none of them is
	 * primary: Spring AI then uses none of them and sends the whole context.
	 */
	@Bean
	@Lazy(false)
	static SmartInitializingSingleton lumoAuthMcpMetaCheck(ListableBeanFactory beanFactory) {
		return () -> {
			String[] names = beanFactory.getBeanNamesForType(ToolContextToMcpMetaConverter.class);
			if (names.length > 1
					&& beanFactory.getBeanProvider(ToolContextToMcpMetaConverter.class).getIfUnique() == null) {
				throw new GuardConfigurationException("There are several ToolContextToMcpMetaConverter beans, "
						+ String.join(", ", names)
						+ ", and none is primary: Spring AI would use none of them and send the whole tool context to "
						+ "every MCP server.", "Keep one of them, or put @Primary on the one to use.");
			}
		};
	}

}
