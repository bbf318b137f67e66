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

import dev.lumoauth.spring.autoconfigure.config.IdentitiesToAccept;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Matches if anything is set below {@code lumoauth.mcp.server}, even if that is not
 * enough: with any such setting, the server is expected to be protected.
 */
final class OnMcpServerSettings implements Condition, IdentitiesToAccept {

	private static final ConfigurationPropertyName NAME = ConfigurationPropertyName.of("lumoauth.mcp.server");

	private static final String AUDIENCE = "lumoauth.mcp.server.audience";

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return areConfigured(context.getEnvironment());
	}

	@Override
	public boolean areConfigured(Environment environment) {
		Assert.isInstanceOf(ConfigurableEnvironment.class, environment);
		// Some sources, such as JNDI, can't list their content.
		if (StringUtils.hasText(environment.getProperty(AUDIENCE))) {
			return true;
		}
		for (ConfigurationPropertySource source : ConfigurationPropertySources
			.from(((ConfigurableEnvironment) environment).getPropertySources())) {
			if (source.containsDescendantOf(NAME) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

}
