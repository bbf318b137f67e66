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

import java.util.List;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Refuses to start with a property that has no effect: one that nobody has, and one of a
 * feature whose module is not there. With {@code lumoauth.enabled=false}, no property of
 * LumoAuth has an effect, but for those that protect the application's MCP server:
 * without their module it would be open.
 */
final class PropertiesWithoutEffect implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		SetProperties set = SetProperties.in(environment);
		check(set, environment, context.getClassLoader());
		context.addBeanFactoryPostProcessor((beans) -> {
			// @PropertySource has been read.
			SetProperties all = SetProperties.in(environment);
			if (!all.equals(set)) {
				check(all, environment, context.getClassLoader());
			}
		});
	}

	/**
	 * Check the properties.
	 * @param set what is set
	 * @param environment has the values
	 * @param classLoader where to look for modules and metadata
	 * @throws dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException
	 * if a property has no effect
	 */
	static void check(SetProperties set, Environment environment, @Nullable ClassLoader classLoader) {
		boolean disabled = Activation.isDisabled(environment);
		ConfigurationProblems problems = new ConfigurationProblems();
		for (FeatureModule feature : FeatureModule.missing(classLoader)) {
			List<String> needing = (disabled && !feature.isNeededWhenDisabled()) ? List.of()
					: feature.neededBy(set, environment);
			if (!needing.isEmpty()) {
				boolean one = needing.size() == 1;
				problems.add(
						String.join(", ", needing) + (one ? " needs" : " need") + " the module " + feature.artifact()
								+ ", which is not there.",
						feature.toAdd() + " or remove " + (one ? "this property." : "these properties."));
			}
		}
		if (!disabled) {
			new UnknownProperties(classLoader).check(set, problems);
		}
		problems.throwIfAny();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 2;
	}

}
