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

package dev.lumoauth.spring.autoconfigure;

import java.util.Arrays;

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
 * Reads the {@link ConnectionSetting}s, telling a property from the environment variable
 * of LumoAuth's guides. Boot's binding can't tell them apart: to it {@code LUMOAUTH_URL}
 * is a spelling of {@code lumoauth.url} that even beats a configuration file, whereas a
 * property is meant to win over these variables.
 */
final class ConnectionSettings {

	private final ConfigurableEnvironment environment;

	ConnectionSettings(Environment environment) {
		Assert.isInstanceOf(ConfigurableEnvironment.class, environment);
		this.environment = (ConfigurableEnvironment) environment;
	}

	/**
	 * Return what a property is set to.
	 * @param setting the setting
	 * @return the value, with its placeholders resolved; may be blank; {@code null} if no
	 * property source other than the guides' variable has it
	 */
	@Nullable String property(ConnectionSetting setting) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(setting.property());
		for (ConfigurationPropertySource source : ConfigurationPropertySources
			.from(this.environment.getPropertySources())) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null && !isVariable(property, setting)) {
				return this.environment.resolvePlaceholders(String.valueOf(property.getValue()));
			}
		}
		return null;
	}

	/**
	 * Return what the environment variable of LumoAuth's guides is set to.
	 * @param setting the setting
	 * @return the value; may be blank; {@code null} if it is not set
	 */
	@Nullable String variable(ConnectionSetting setting) {
		return this.environment.getProperty(setting.variable());
	}

	/**
	 * Return whether anything is set that says where LumoAuth is or who the agent is. A
	 * blank counts as not set, as {@code ${UNSET:}} leaves one.
	 * @return whether one of them is set, under either name
	 */
	boolean isAnySet() {
		return Arrays.stream(ConnectionSetting.values()).anyMatch(this::isSet);
	}

	/**
	 * Return whether a setting is set.
	 * @param setting the setting
	 * @return whether it is set and not blank, under either name
	 */
	boolean isSet(ConnectionSetting setting) {
		return StringUtils.hasText(property(setting)) || StringUtils.hasText(variable(setting));
	}

	private static boolean isVariable(ConfigurationProperty property, ConnectionSetting setting) {
		return property.getOrigin() instanceof PropertySourceOrigin origin
				&& setting.variable().equals(origin.getPropertyName());
	}

}
