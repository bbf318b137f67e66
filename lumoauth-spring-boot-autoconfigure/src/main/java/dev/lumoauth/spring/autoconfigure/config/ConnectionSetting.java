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

package dev.lumoauth.spring.autoconfigure.config;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * A setting of the connection to LumoAuth. It can be set by a property and by the
 * environment variable of LumoAuth's guides. The property wins. With Boot's binding alone
 * the variable would win: for Boot, {@code LUMOAUTH_URL} is a spelling of
 * {@code lumoauth.url} that takes precedence over a configuration file.
 */
enum ConnectionSetting {

	URL("lumoauth.url", "LUMOAUTH_URL"),

	TENANT("lumoauth.tenant", "LUMOAUTH_TENANT"),

	ORG_ID("lumoauth.org-id", "LUMOAUTH_ORG_ID"),

	CLIENT_ID("lumoauth.client-id", "AGENT_CLIENT_ID"),

	CLIENT_SECRET("lumoauth.client-secret", "AGENT_CLIENT_SECRET");

	private final String property;

	private final String variable;

	ConnectionSetting(String property, String variable) {
		this.property = property;
		this.variable = variable;
	}

	/**
	 * Return the name of the property.
	 * @return the canonical name
	 */
	String property() {
		return this.property;
	}

	/**
	 * Return the name of the environment variable in LumoAuth's own guides.
	 * @return the name
	 */
	String variable() {
		return this.variable;
	}

	/**
	 * Return the value. A blank counts as not set, since <code>${UNSET:}</code> gives a
	 * blank.
	 * @return the value of the property, or else of the variable; {@code null} if neither
	 * is set
	 */
	@Nullable String get(Environment environment) {
		String property = getProperty(environment);
		return (property != null) ? property : textOrNull(environment.getProperty(this.variable));
	}

	/**
	 * Return the property's value from all sources that Boot reads, without the variable.
	 * @return the value, with its placeholders resolved; {@code null} if it is not set
	 */
	@Nullable String getProperty(Environment environment) {
		Assert.isInstanceOf(ConfigurableEnvironment.class, environment);
		ConfigurationPropertyName name = ConfigurationPropertyName.of(this.property);
		// Those that Spring Boot keeps may be a parent context's, whose agent is another.
		for (ConfigurationPropertySource source : ConfigurationPropertySources
			.from(((ConfigurableEnvironment) environment).getPropertySources())) {
			ConfigurationProperty found = source.getConfigurationProperty(name);
			if (found != null && !(found.getOrigin() instanceof PropertySourceOrigin origin
					&& this.variable.equals(origin.getPropertyName()))) {
				return textOrNull(environment.resolvePlaceholders(String.valueOf(found.getValue())));
			}
		}
		return null;
	}

	/**
	 * Return whether the variable is set and the property has another value, which
	 * counts.
	 */
	boolean isOverridden(Environment environment) {
		String set = textOrNull(environment.getProperty(this.variable));
		String property = (set != null) ? getProperty(environment) : null;
		return property != null && !property.equals(set);
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
