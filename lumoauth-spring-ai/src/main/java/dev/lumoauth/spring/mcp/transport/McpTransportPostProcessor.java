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

package dev.lumoauth.spring.mcp.transport;

import java.util.List;
import java.util.function.Supplier;

import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Secures the transports before clients are created from them.
 *
 * @param transports adds the tokens
 */
record McpTransportPostProcessor(
		Supplier<McpTransports> transports) implements BeanPostProcessor, SmartInitializingSingleton {

	@Override
	@SuppressWarnings("unchecked")
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		boolean transports = bean instanceof List<?> list && !list.isEmpty()
				&& list.stream().allMatch(NamedClientMcpTransport.class::isInstance);
		return transports ? this.transports.get().secure((List<NamedClientMcpTransport>) bean) : bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.transports.get().requireAllSecured();
	}

}
