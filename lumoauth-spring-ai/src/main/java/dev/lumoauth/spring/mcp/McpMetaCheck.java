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

import dev.lumoauth.spring.guard.GuardConfigurationException;

import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Refuses to start with several converters of a tool context if none of them is primary:
 * Spring AI then uses none of them and sends the whole context.
 */
final class McpMetaCheck implements SmartInitializingSingleton {

	private final ListableBeanFactory beanFactory;

	/**
	 * Create the check.
	 * @param beanFactory has the converters
	 */
	McpMetaCheck(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * {@inheritDoc}
	 * @throws GuardConfigurationException if it is not clear which converter is used
	 */
	@Override
	public void afterSingletonsInstantiated() {
		String[] names = this.beanFactory.getBeanNamesForType(ToolContextToMcpMetaConverter.class);
		if (names.length > 1
				&& this.beanFactory.getBeanProvider(ToolContextToMcpMetaConverter.class).getIfUnique() == null) {
			throw new GuardConfigurationException("There are several ToolContextToMcpMetaConverter beans, "
					+ String.join(", ", names)
					+ ", and none is primary: Spring AI would use none of them and send the whole tool context to "
					+ "every MCP server.", "Keep one of them, or put @Primary on the one to use.");
		}
	}

}
