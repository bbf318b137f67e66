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
import dev.lumoauth.spring.autoconfigure.diagnostics.UnknownProperties.Names;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Refuses to start with a property of a feature whose module is not there, and says which
 * dependency to add: otherwise the property would have no effect, and nothing would say
 * so. With {@code lumoauth.enabled=false}, no property of LumoAuth has an effect, but for
 * those that protect the application's MCP server: without their module it would be open.
 */
final class MissingFeatures implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		check(context.getEnvironment(), context.getClassLoader());
		// Again when @PropertySource has been read.
		context.addBeanFactoryPostProcessor((beans) -> check(context.getEnvironment(), context.getClassLoader()));
	}

	/**
	 * Check the properties.
	 * @param environment the properties
	 * @param classLoader where to look for the modules
	 * @throws dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException
	 * if a module is not there that a property needs
	 */
	static void check(Environment environment, @Nullable ClassLoader classLoader) {
		List<FeatureModule> missing = FeatureModule.missing(classLoader);
		if (missing.isEmpty()) {
			return;
		}
		Names names = Names.in(environment);
		ConfigurationProblems problems = new ConfigurationProblems();
		for (FeatureModule feature : missing) {
			List<String> needing = feature.neededBy(names, environment);
			if (!needing.isEmpty()
					&& (feature.isNeededWhenDisabled() || Activation.of(environment, null) != Activation.DISABLED)) {
				boolean one = needing.size() == 1;
				problems.add(
						String.join(", ", needing) + (one ? " needs" : " need") + " the module " + feature.artifact()
								+ ", which is not there.",
						feature.toAdd() + " or remove " + (one ? "this property." : "these properties."));
			}
		}
		problems.throwIfAny();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 2;
	}

}
