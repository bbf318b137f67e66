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

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.function.SingletonSupplier;

/**
 * Refuses to start with a property that has no effect: one that nobody has, such as a
 * misspelled one, which would leave the default in force without a word, and one of a
 * feature whose module is not there. The application's own properties under
 * {@code lumoauth} are known by their metadata. A variable of the environment may belong
 * to another program, so there is only a warning, and only if one of this library's is
 * close.
 * <p>
 * With {@code lumoauth.enabled=false}, no property of LumoAuth has an effect, but for
 * those that protect the application's MCP server: without their module it would be open.
 */
final class PropertiesWithoutEffect implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	private static final Log logger = LogFactory.getLog(PropertiesWithoutEffect.class);

	/** What the addresses of this library's jars have in them. */
	private static final String LIBRARY = "lumoauth";

	private static final ConfigurationPropertyName URL = ConfigurationPropertyName.of("lumoauth.url");

	/**
	 * What a build calls the version of this library. From Maven's command line it gets
	 * into the tests.
	 */
	private static final ConfigurationPropertyName VERSION = ConfigurationPropertyName.of("lumoauth.version");

	/** Those of LumoAuth's guides, which nearly each application has. */
	private static final Set<String> GUIDES = Set.of("LUMOAUTH_URL", "LUMOAUTH_TENANT", "LUMOAUTH_ORG_ID");

	/** Of Spring AI: without it, no connection is made. */
	static final FeatureModule MCP_CLIENT = new FeatureModule("spring-ai-starter-mcp-client",
			"org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties",
			List.of(new PropertyPattern("lumoauth.mcp.connections", true)));

	private static final String OPEN_WITHOUT = "lumoauth-mcp-server";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		// Two sources are equal if their names are.
		Set<PropertySource<?>> checked = Collections.newSetFromMap(new IdentityHashMap<>());
		environment.getPropertySources().forEach(checked::add);
		check(SetProperties.in(environment), environment, context.getClassLoader());
		context.addBeanFactoryPostProcessor((beans) -> {
			// @PropertySource has been read.
			if (!environment.getPropertySources().stream().allMatch(checked::contains)) {
				check(SetProperties.in(environment), environment, context.getClassLoader());
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
		KnownProperties library = KnownProperties.read(classLoader, (location) -> location.contains(LIBRARY));
		// In nearly each application. The properties of a missing module have no
		// metadata.
		if (set.complete() && library.listsAll(set.properties()) && GUIDES.containsAll(set.variables())) {
			return;
		}
		boolean disabled = Activation.isDisabled(environment);
		ConfigurationProblems problems = new ConfigurationProblems();
		for (FeatureModule feature : FeatureModule.ALL) {
			if (feature.isMissing(classLoader) && (!disabled || feature.artifact().equals(OPEN_WITHOUT))) {
				checkModule(feature, feature.neededBy(set, environment), problems);
			}
		}
		if (!disabled) {
			if (MCP_CLIENT.isMissing(classLoader)) {
				checkModule(MCP_CLIENT, MCP_CLIENT.neededBy(set, environment), problems);
			}
			checkNames(set, library, classLoader, problems);
		}
		problems.throwIfAny();
	}

	private static void checkModule(FeatureModule missing, List<String> needing, ConfigurationProblems problems) {
		if (!needing.isEmpty()) {
			boolean one = needing.size() == 1;
			problems.add(
					String.join(", ", needing) + (one ? " needs" : " need") + " the module " + missing.artifact()
							+ ", which is not there.",
					"Add the dependency " + missing.dependency() + " to the build, or remove "
							+ (one ? "this property." : "these properties."));
		}
	}

	/**
	 * Without metadata, as in a native image, nothing is known.
	 */
	private static void checkNames(SetProperties set, KnownProperties library, @Nullable ClassLoader classLoader,
			ConfigurationProblems problems) {
		if (!library.has(URL)) {
			return;
		}
		SingletonSupplier<KnownProperties> others = SingletonSupplier
			.of(() -> KnownProperties.read(classLoader, (location) -> !location.contains(LIBRARY)));
		for (ConfigurationPropertyName name : set.properties()) {
			if (!name.equals(VERSION) && !library.has(name) && !isOfLostModule(name, library)
					&& !others.obtain().has(name)) {
				List<String> close = library.closeTo(name);
				problems.add("There is no property " + name + ".",
						close.isEmpty() ? "Correct the name " + name + ", or remove it."
								: "Write " + String.join(", or ", close) + ".");
			}
		}
		for (String name : set.variables()) {
			List<String> close = library.hasVariable(name) ? List.of() : library.closeToVariable(name);
			if (!close.isEmpty() && !others.obtain().hasVariable(name)) {
				logger.warn("LumoAuth for Spring has no property " + name + ", so it has no effect. Did you mean "
						+ String.join(", or ", close) + "?");
			}
		}
	}

	/**
	 * Of a module that is not there, or whose metadata was lost, nothing is known.
	 */
	private static boolean isOfLostModule(ConfigurationPropertyName name, KnownProperties known) {
		return FeatureModule.ALL.stream()
			.flatMap((feature) -> feature.settings().stream())
			.anyMatch((setting) -> setting.matches(name) && !known.hasBelow(setting));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 2;
	}

}
