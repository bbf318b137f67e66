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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Warns of properties in this library's namespace that it doesn't have, and says which
 * were meant: a misspelled one leaves the default in force without a word. Names of maps'
 * keys are the application's. A variable of the environment may belong to another
 * program, so that it is named only where one of this library's is close.
 */
final class UnknownProperties implements ApplicationContextInitializer<ConfigurableApplicationContext>,
		ApplicationListener<SpringApplicationEvent>, Ordered {

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	private static final ConfigurationPropertyName NAMESPACE = ConfigurationPropertyName.of("lumoauth");

	private static final String VARIABLES = "LUMOAUTH_";

	/** What the addresses of this library's jars have in them. */
	private static final String LIBRARY = "lumoauth";

	/** The test kit sets properties of every feature, whatever the application uses. */
	private static final String TEST_KIT = "lumoauth-test";

	/** One application may have several contexts. */
	private static final Set<String> said = ConcurrentHashMap.newKeySet();

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.addApplicationListener(this);
	}

	/**
	 * The start doesn't wait for the metadata. An application that fails may end before
	 * another thread has read it.
	 */
	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent ready) {
			ConfigurableApplicationContext context = ready.getApplicationContext();
			new DaemonThreads("lumoauth-properties").newThread(() -> say(context)).start();
		}
		else if (event instanceof ApplicationFailedEvent failed && failed.getApplicationContext() != null) {
			say(failed.getApplicationContext());
		}
	}

	private static void say(ConfigurableApplicationContext context) {
		try {
			Names names = Names.in(context.getEnvironment());
			String text = names.isEmpty() ? null : warning(names, context.getClassLoader());
			if (text != null) {
				logger.warn(text);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("The metadata of properties can't be read", ex);
		}
	}

	/**
	 * Return what to say.
	 * @return the text, or {@code null} if there is nothing to say, or if it was said
	 * before
	 */
	static @Nullable String warning(Names names, @Nullable ClassLoader classLoader) {
		Map<ConfigurationPropertyName, @Nullable Origin> properties = new LinkedHashMap<>(names.properties());
		Map<String, @Nullable Origin> variables = new LinkedHashMap<>(names.variables());
		KnownProperties.removeWritten(properties.keySet(), classLoader, (location) -> location.contains(LIBRARY));
		if (properties.isEmpty() && variables.isEmpty()) {
			return null;
		}
		KnownProperties known = KnownProperties.read(classLoader, (location) -> location.contains(LIBRARY));
		List<FeatureModule> missing = FeatureModule.missing(classLoader);
		properties.keySet()
			.removeIf((name) -> known.has(name) || missing.stream().anyMatch((feature) -> feature.has(name)));
		variables.keySet().removeIf((name) -> known.hasVariable(name) || known.closeToVariable(name).isEmpty());
		if (known.isEmpty() || (properties.isEmpty() && variables.isEmpty())) {
			return null;
		}
		KnownProperties others = KnownProperties.read(classLoader, (location) -> !location.contains(LIBRARY));
		Map<String, String> sentences = new LinkedHashMap<>();
		properties.forEach((name, origin) -> {
			if (!others.has(name)) {
				sentences.put(name.toString(), sentence(name.toString(), known.close(name.toString()), origin));
			}
		});
		variables.forEach((name, origin) -> {
			if (!others.hasVariable(name)) {
				sentences.put(name, sentence(name, known.closeToVariable(name), origin));
			}
		});
		sentences.keySet().removeIf((name) -> !said.add(name));
		return sentences.isEmpty() ? null : sentences.values().stream().collect(Collectors.joining("\n"));
	}

	private static String sentence(String name, List<String> close, @Nullable Origin origin) {
		return "LumoAuth for Spring has no property " + name + ", so it has no effect."
				+ (close.isEmpty() ? "" : " Did you mean " + String.join(", or ", close) + "?")
				+ ((origin != null) ? " It is set in: " + origin : "");
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	/**
	 * What is set under {@code lumoauth}, and where.
	 *
	 * @param properties by name
	 * @param variables those of the environment, as they are written
	 */
	record Names(Map<ConfigurationPropertyName, @Nullable Origin> properties, Map<String, @Nullable Origin> variables) {

		static Names in(Environment environment) {
			Names names = new Names(new LinkedHashMap<>(), new LinkedHashMap<>());
			ConfigurationPropertySources.get(environment).forEach(names::add);
			return names;
		}

		private void add(ConfigurationPropertySource source) {
			if (source.getUnderlyingSource() instanceof PropertySource<?> named
					&& named.getName().startsWith(TEST_KIT)) {
				return;
			}
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource environment) {
				Arrays.stream(environment.getPropertyNames())
					.filter((name) -> name.startsWith(VARIABLES))
					.forEach((name) -> this.variables.putIfAbsent(name, OriginLookup.getOrigin(environment, name)));
			}
			else if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream().filter(NAMESPACE::isAncestorOf).forEach((name) -> {
					ConfigurationProperty property = source.getConfigurationProperty(name);
					this.properties.putIfAbsent(name, (property != null) ? property.getOrigin() : null);
				});
			}
		}

		boolean isEmpty() {
			return this.properties.isEmpty() && this.variables.isEmpty();
		}

	}

}
