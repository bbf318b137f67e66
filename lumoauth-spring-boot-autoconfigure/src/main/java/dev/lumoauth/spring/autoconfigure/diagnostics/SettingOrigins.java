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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Finds the file and line, or the variable, of the settings that a text names. It never
 * shows their values.
 */
record SettingOrigins(Environment environment) {

	private static final Pattern NAME = Pattern
		.compile("(?:lumoauth|spring|management)\\.[a-zA-Z0-9.\\[\\]_-]*[a-zA-Z0-9\\]]|[A-Z]+(?:_[A-Z]+)+");

	/**
	 * Return the places.
	 * @param text names properties and environment variables
	 * @return a line for each setting whose place is known, to add to the text; empty if
	 * there is none
	 */
	String of(String text) {
		Set<String> lines = new LinkedHashSet<>();
		NAME.matcher(text).results().map((found) -> found.group()).forEach((name) -> {
			Origin origin = name.contains(".") ? ofProperty(name) : ofVariable(name);
			if (origin != null) {
				lines.add("\n        " + name + " is set in: " + origin);
			}
		});
		return lines.stream().collect(Collectors.joining());
	}

	private @Nullable Origin ofProperty(String name) {
		ConfigurationPropertyName propertyName = ConfigurationPropertyName.isValid(name)
				? ConfigurationPropertyName.of(name) : null;
		if (propertyName == null) {
			return null;
		}
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(propertyName);
			if (property != null) {
				return property.getOrigin();
			}
		}
		return null;
	}

	private @Nullable Origin ofVariable(String name) {
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source.containsProperty(name)) {
					return OriginLookup.getOrigin(source, name);
				}
			}
		}
		return null;
	}

}
