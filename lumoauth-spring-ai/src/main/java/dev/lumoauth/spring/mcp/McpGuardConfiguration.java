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
import java.util.List;

import dev.lumoauth.spring.tool.ToolGuard;

import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
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
		return new AllowedToolContext(allowedKeys);
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

	@Bean
	@Lazy(false)
	static McpMetaCheck lumoAuthMcpMetaCheck(ListableBeanFactory beanFactory) {
		return new McpMetaCheck(beanFactory);
	}

}
