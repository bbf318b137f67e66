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
 * Closes the listed connections where there is no identity, or where a test reaches no
 * server: their tools are refused, and nothing is sent.
 * <p>
 * Of the kind of post-processor that runs last, since a transport that was closed before
 * could carry no token.
 *
 * @since 0.1.0
 */
public final class RefusedMcpTransports implements MergedBeanDefinitionPostProcessor {

	private final Supplier<McpConnections> connections;

	private final String reason;

	/**
	 * Create the post-processor.
	 * @param connections what is listed; asked for with the first transports
	 * @param reason why nothing is sent, for people
	 */
	public RefusedMcpTransports(Supplier<McpConnections> connections, String reason) {
		this.connections = connections;
		this.reason = reason;
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
		return list.stream().map(NamedClientMcpTransport.class::cast).map(this::refused).toList();
	}

	private NamedClientMcpTransport refused(NamedClientMcpTransport named) {
		return (this.connections.get().find(named.name()) == null) ? named
				: new NamedClientMcpTransport(named.name(), new RefusingMcpTransport(named.transport(), this.reason));
	}

}
