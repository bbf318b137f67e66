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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.mcp.McpConnections;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * The MCP servers of listed connections. A test reaches them only if the property is set,
 * and then only as part of the test that uses one, never in the background.
 */
final class McpServers {

	/** Whether the servers of listed connections are reached. */
	private static final String PROPERTY = "lumoauth.test.reach-mcp-servers";

	private McpServers() {
	}

	/**
	 * Return whether the application can have MCP connections.
	 */
	static boolean isSupported() {
		ClassLoader classLoader = McpServers.class.getClassLoader();
		return ClassUtils.isPresent("io.modelcontextprotocol.client.McpSyncClient", classLoader) && ClassUtils
			.isPresent("org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport", classLoader);
	}

	static void register(BeanDefinitionRegistry registry, ConfigurableApplicationContext context) {
		boolean reached = context.getEnvironment().getProperty(PROPERTY, Boolean.class, false);
		InMemoryConnection.register(registry, "McpServers",
				new RootBeanDefinition(Connections.class, () -> new Connections(reached)));
	}

	/**
	 * Changes the listed connections for a test.
	 */
	private record Connections(boolean reached) implements BeanPostProcessor, PriorityOrdered {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!(bean instanceof McpConnections listed)) {
				return bean;
			}
			return this.reached ? listed.onFirstUse() : listed.onFirstUse()
				.refused("a test with @WithAgent reaches no MCP server unless it sets " + PROPERTY + "=true");
		}

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

	}

}
