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

package dev.lumoauth.spring.autoconfigure.mcp;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.McpGuardConfiguration;
import dev.lumoauth.spring.mcp.transport.McpTransportConfiguration;
import io.modelcontextprotocol.client.McpSyncClient;

import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.mcp.client.common.autoconfigure.McpSseClientConnectionDetails;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStdioClientProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStreamableHttpClientProperties;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for connections to MCP servers: those listed under
 * {@code lumoauth.mcp.connections} carry a token, and their tools are guarded. If Spring
 * AI's MCP client is turned off there is no connection, and the list is ignored.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthToolAutoConfiguration.class)
@ConditionalOnClass({ McpSyncClient.class, SyncMcpToolCallback.class, McpClientCommonProperties.class })
@ConditionalOnProperty(prefix = McpClientCommonProperties.CONFIG_PREFIX, name = "enabled", havingValue = "true",
		matchIfMissing = true)
@EnableConfigurationProperties(LumoAuthMcpProperties.class)
public final class LumoAuthMcpAutoConfiguration {

	/**
	 * Applies whether or not a connection is listed: by default nothing of a tool context
	 * leaves the application.
	 */
	@Bean
	@ConditionalOnMissingBean(ToolContextToMcpMetaConverter.class)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.DISABLED })
	ToolContextToMcpMetaConverter lumoAuthAllowedToolContext(LumoAuthMcpProperties properties) {
		return McpGuardConfiguration.toolContextConverter(properties.toolContextAllowedKeys());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.CONFIGURED)
	@Import({ McpGuardConfiguration.class, McpTransportConfiguration.class })
	static class ConnectionsConfiguration {

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		McpConnections lumoAuthMcpConnections(LumoAuthMcpProperties properties, LumoAuthProperties lumoAuth,
				BeanFactory beanFactory, ObjectProvider<McpStreamableHttpClientProperties> streamable,
				ObjectProvider<McpSseClientConnectionDetails> sse, ObjectProvider<McpStdioClientProperties> stdio,
				ObjectProvider<McpToolTerms> terms, Environment environment) {
			return McpConnections.of(
					new McpConnectionRules(KnownMcpConnections.of(streamable, sse, stdio, environment),
							terms.getIfAvailable())
						.validate(properties.connections()),
					lumoAuth.requestFactories(beanFactory).createForOthers());
		}

		@Bean
		ToolQuestions lumoAuthMcpToolQuestions(McpConnections connections) {
			return connections.toolQuestions();
		}

	}

	/**
	 * Without an identity there is no token, and the tools of a listed connection would
	 * be open.
	 */
	@Configuration(proxyBeanMethods = false)
	@Lazy(false)
	@ConditionalOnActivation({ Activation.IDLE, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	static class IdleConfiguration {

		IdleConfiguration(LumoAuthMcpProperties properties, Environment environment, ListableBeanFactory beanFactory) {
			Activation activation = Activation.of(environment, beanFactory);
			ConfigurationProblems problems = new ConfigurationProblems();
			properties.connections()
				.keySet()
				.forEach((name) -> problems.add(
						McpConnectionRules.property(name) + " needs a token, but " + activation.reason() + ".",
						activation.action()));
			problems.throwIfAny();
		}

	}

	/**
	 * The listed connections stay closed: every use is refused, and they send nothing.
	 * Their configuration is not checked.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation(Activation.DISABLED)
	@Import({ McpGuardConfiguration.class, McpTransportConfiguration.class })
	static class DisabledConfiguration {

		@Bean
		McpConnections lumoAuthMcpConnections(LumoAuthMcpProperties properties) {
			return McpConnections.unreachable(properties.connections().keySet(), Activation.DISABLED.reason());
		}

	}

}
