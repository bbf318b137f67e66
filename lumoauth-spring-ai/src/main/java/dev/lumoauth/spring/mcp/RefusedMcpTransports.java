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

import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Closes the listed connections if there is no identity, or if a test must not reach
 * servers: their tools are refused, and nothing is sent.
 * <p>
 * This is a kind of post-processor that runs last, since a transport that was closed
 * earlier could carry no token.
 */
final class RefusedMcpTransports implements MergedBeanDefinitionPostProcessor {

	private final Supplier<McpConnections> connections;

	/**
	 * Create the post-processor.
	 * @param connections supplies the listed connections; called with the first
	 * transports
	 */
	RefusedMcpTransports(Supplier<McpConnections> connections) {
		this.connections = connections;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof List<?> list) || list.isEmpty()
				|| !list.stream().allMatch(NamedClientMcpTransport.class::isInstance)) {
			return bean;
		}
		McpConnections listed = this.connections.get();
		String reason = listed.refusal();
		return (reason == null) ? bean
				: list.stream()
					.map(NamedClientMcpTransport.class::cast)
					.map((named) -> refused(named, listed, reason))
					.toList();
	}

	private static NamedClientMcpTransport refused(NamedClientMcpTransport named, McpConnections listed,
			String reason) {
		return (listed.address(named.name()) == null) ? named
				: new NamedClientMcpTransport(named.name(), new RefusingMcpTransport(named.transport(), reason));
	}

}
