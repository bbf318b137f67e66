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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import dev.lumoauth.spring.LumoAuthSetupException;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Refuses to start an application that was processed ahead of time without the settings
 * of the MCP server and runs with them. What protects the server was left out then, and
 * nothing else would say so.
 */
final class AheadOfTimeCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		if (AotDetector.useGeneratedArtifacts()) {
			context.addBeanFactoryPostProcessor((beans) -> check(context, beans));
		}
	}

	private static void check(ConfigurableApplicationContext context, ConfigurableListableBeanFactory beans) {
		if (new OnMcpServerSettings().areConfigured(context.getEnvironment())
				&& beans.getBeanNamesForType(LumoAuthMcpServerAutoConfiguration.class, true, false).length == 0) {
			throw new LumoAuthSetupException(
					"lumoauth.mcp.server is configured, but was not when the application was processed ahead of "
							+ "time: its MCP server would be open.",
					"Set lumoauth.mcp.server.audience when the application is processed, too.");
		}
	}

}
