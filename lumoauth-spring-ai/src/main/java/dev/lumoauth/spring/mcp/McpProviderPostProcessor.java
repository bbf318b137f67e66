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
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.tool.ToolGuard;

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;

/**
 * Puts the guard around the tools that providers of MCP tools return. A provider stays an
 * instance of its own class, by which Spring AI recognizes that it must not list the
 * tools at start or offer them again in the application's own MCP server.
 *
 * @param connections supplies the listed connections; called with the first provider
 * @param clients finds the connections of clients
 * @param guard the guard
 * @param beans the beans of which Spring AI made the providers
 */
record McpProviderPostProcessor(Supplier<McpConnections> connections, Supplier<McpClients> clients,
		Supplier<ToolGuard> guard, ConfigurableListableBeanFactory beans) implements BeanPostProcessor, Ordered {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		boolean mcp = bean instanceof SyncMcpToolCallbackProvider || bean instanceof AsyncMcpToolCallbackProvider;
		if (!mcp || this.connections.get().names().isEmpty()) {
			return bean;
		}
		List<McpToolSource> sources = McpToolSource.of((ToolCallbackProvider) bean, beanName, this.beans,
				this.clients.get());
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice(new McpToolList(sources, this.guard.get().in(GuardLayer.MCP_CONNECTION),
				this.clients.get().failures()));
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	/**
	 * Before the guard around tool beans, which leaves providers of MCP tools alone.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
