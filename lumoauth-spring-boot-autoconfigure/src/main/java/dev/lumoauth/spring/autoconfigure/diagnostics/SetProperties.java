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

import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What is set under {@code lumoauth}.
 *
 * @param properties the names of the properties
 * @param variables the names of the environment's variables, as they are written
 * @param complete whether nothing else is set: some sources, such as JNDI, can't list
 * their content
 */
record SetProperties(Set<ConfigurationPropertyName> properties, Set<String> variables, boolean complete) {

	private static final ConfigurationPropertyName NAMESPACE = ConfigurationPropertyName.of("lumoauth");

	/** The test kit sets properties of every feature, whatever the application uses. */
	private static final String TEST_KIT = "lumoauth-test";

	static SetProperties in(Environment environment) {
		Set<ConfigurationPropertyName> properties = new LinkedHashSet<>();
		Set<String> variables = new LinkedHashSet<>();
		boolean complete = true;
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getUnderlyingSource() instanceof PropertySource<?> named
					&& named.getName().startsWith(TEST_KIT)) {
				continue;
			}
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource system) {
				for (String name : system.getPropertyNames()) {
					if (name.startsWith("LUMOAUTH_") || name.startsWith("LUMO_AUTH_")) {
						variables.add(name);
					}
				}
			}
			else if (source instanceof IterableConfigurationPropertySource iterable) {
				for (ConfigurationPropertyName name : iterable) {
					if (NAMESPACE.isAncestorOf(name)) {
						properties.add(name);
					}
				}
			}
			else {
				complete = complete && source.containsDescendantOf(NAMESPACE) == ConfigurationPropertyState.ABSENT;
			}
		}
		return new SetProperties(properties, variables, complete);
	}

}
