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

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What is set under {@code lumoauth}.
 *
 * @param properties the names of the properties
 * @param variables the names of the environment's variables, as they are written
 */
record SetProperties(Set<ConfigurationPropertyName> properties, Set<String> variables) {

	private static final ConfigurationPropertyName NAMESPACE = ConfigurationPropertyName.of("lumoauth");

	/** The test kit sets properties of every feature, whatever the application uses. */
	private static final String TEST_KIT = "lumoauth-test";

	static SetProperties in(Environment environment) {
		SetProperties set = new SetProperties(new LinkedHashSet<>(), new LinkedHashSet<>());
		ConfigurationPropertySources.get(environment).forEach(set::add);
		return set;
	}

	private void add(ConfigurationPropertySource source) {
		if (source.getUnderlyingSource() instanceof PropertySource<?> named && named.getName().startsWith(TEST_KIT)) {
			return;
		}
		if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource environment) {
			Arrays.stream(environment.getPropertyNames())
				.filter((name) -> name.startsWith("LUMOAUTH_"))
				.forEach(this.variables::add);
		}
		else if (source instanceof IterableConfigurationPropertySource iterable) {
			iterable.stream().filter(NAMESPACE::isAncestorOf).forEach(this.properties::add);
		}
	}

}
