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
 * Checks the versions of Spring Boot and Spring AI before their newer classes are used:
 * on an older version the guard would fail with a missing class. This class uses only
 * what Spring Boot 3 has.
 */
final class SupportedVersions implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	private static final Log logger = LogFactory.getLog(SupportedVersions.class);

	private static final String SPRING_AI_TOOL = "org.springframework.ai.tool.ToolCallback";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ClassLoader classLoader = context.getClassLoader();
		check("Spring Boot", SpringBootVersion.getVersion(), 4, 1);
		if (ClassUtils.isPresent(SPRING_AI_TOOL, classLoader)) {
			Package springAi = ClassUtils.resolveClassName(SPRING_AI_TOOL, classLoader).getPackage();
			check("Spring AI", springAi.getImplementationVersion(), 2, 0);
		}
	}

	/**
	 * Check one version.
	 * @param name the name of the product
	 * @param version the version, if it is known
	 * @param major the supported major version
	 * @param newest the newest tested minor version
	 * @throws GuardConfigurationException if the version is too old to start with
	 */
	static void check(String name, @Nullable String version, int major, int newest) {
		String[] parts = (version != null) ? version.split("[.-]") : new String[0];
		Integer actualMajor = number(parts, 0);
		Integer actualMinor = number(parts, 1);
		if (actualMajor == null || actualMinor == null) {
			return;
		}
		if (actualMajor < major) {
			throw new GuardConfigurationException(
					"LumoAuth for Spring needs " + name + " " + major + ", and this application has " + version + ".",
					"Upgrade " + name + " to " + major + "." + newest + ", or remove lumoauth-spring-boot-starter.");
		}
		if (actualMajor > major || actualMinor > newest) {
			logger.warn(name + " " + version + " is newer than what LumoAuth for Spring was tested with (" + major + "."
					+ newest + "). Look for a newer lumoauth-spring-boot-starter.");
		}
	}

	private static @Nullable Integer number(String[] parts, int index) {
		return (parts.length > index && parts[index].matches("\\d{1,4}")) ? Integer.valueOf(parts[index]) : null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
