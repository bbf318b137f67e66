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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Checks the versions of Spring Boot, Spring AI and the MCP SDK before their newer
 * classes are used: on an older version the guard would fail with a missing class. A
 * version that was not tried is named. This class uses only what Spring Boot 3 has.
 */
final class SupportedVersions implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	static final String SPRING_BOOT = "4\\.[01]\\.\\d+";

	static final String SPRING_AI = "2\\.0\\.1";

	static final String MCP_SDK = "2\\.0\\.0";

	private static final Log logger = LogFactory.getLog(SupportedVersions.class);

	private static final String SERVER_PROTOCOL = "spring.ai.mcp.server.protocol";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ClassLoader classLoader = context.getClassLoader();
		check(SpringBootVersion.getVersion(), versionOf("org.springframework.ai.tool.ToolCallback", classLoader),
				versionOf("io.modelcontextprotocol.spec.McpSchema", classLoader));
		if ("modern".equalsIgnoreCase(context.getEnvironment().getProperty(SERVER_PROTOCOL))) {
			throw new GuardConfigurationException(
					SERVER_PROTOCOL + " is MODERN, whose tools the guard does not know: they would run unchecked.",
					"Set " + SERVER_PROTOCOL + " to STREAMABLE or STATELESS.");
		}
	}

	/**
	 * Check the versions that are there.
	 * @param springBoot the version; {@code null} = not known, or not there
	 * @param springAi see above
	 * @param mcpSdk see above
	 * @throws GuardConfigurationException if a version is too old to start with
	 */
	static void check(@Nullable String springBoot, @Nullable String springAi, @Nullable String mcpSdk) {
		requireNot("[0-3]\\..*", "Spring Boot", springBoot, "4.0");
		requireNot("[01]\\..*|2\\.0\\.0\\b.*", "Spring AI", springAi, "2.0.1");
		List<String> untried = new ArrayList<>();
		add("Spring Boot", springBoot, SPRING_BOOT, untried);
		add("Spring AI", springAi, SPRING_AI, untried);
		add("MCP SDK", mcpSdk, MCP_SDK, untried);
		if (!untried.isEmpty()) {
			logger.warn("LumoAuth for Spring was not tried with " + String.join(", ", untried)
					+ ", but with Spring Boot 4.0 and 4.1, Spring AI 2.0.1 and MCP SDK 2.0.0. Look for another "
					+ "lumoauth-spring-boot-starter.");
		}
	}

	private static void requireNot(String old, String name, @Nullable String version, String needed) {
		if (version != null && version.matches(old)) {
			throw new GuardConfigurationException(
					"LumoAuth for Spring needs " + name + " " + needed + ", and this application has " + version + ".",
					"Upgrade " + name + " to " + needed + ", or remove lumoauth-spring-boot-starter.");
		}
	}

	private static void add(String name, @Nullable String version, String tried, List<String> untried) {
		if (version != null && version.matches("\\d+\\..*") && !version.matches(tried)) {
			untried.add(name + " " + version);
		}
	}

	private static @Nullable String versionOf(String type, @Nullable ClassLoader classLoader) {
		return ClassUtils.isPresent(type, classLoader)
				? ClassUtils.resolveClassName(type, classLoader).getPackage().getImplementationVersion() : null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
