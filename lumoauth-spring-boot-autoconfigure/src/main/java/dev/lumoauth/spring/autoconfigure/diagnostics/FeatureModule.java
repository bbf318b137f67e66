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

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A module that an application adds, by its properties. All that this module knows of a
 * feature is here.
 *
 * @param artifact the module
 * @param type the module's auto-configuration
 * @param settings the properties that need the module: prefixes, in which a {@code *}
 * stands for the application's own name; or a property and its value
 */
record FeatureModule(String artifact, String type, List<Setting> settings) {

	static final List<FeatureModule> ALL = List.of(
			of("lumoauth-aauth", "aauth", "AAuth", "lumoauth.aauth", "lumoauth.mcp.connections.*.aauth=true",
					"lumoauth.client-authentication-method=aauth",
					"lumoauth.agents.*.client-authentication-method=aauth"),
			of("lumoauth-approvals", "approval", "Approvals", "lumoauth.approvals",
					"lumoauth.mcp.connections.*.approval"),
			of("lumoauth-events", "event", "Events", "lumoauth.events"),
			of("lumoauth-http-clients", "http.client", "HttpClients", "lumoauth.audiences"),
			of("lumoauth-mcp-server", "mcp.server", "McpServer", "lumoauth.mcp.server", "lumoauth.mcp.server.audience"),
			of("lumoauth-redis", "redis", "Redis", "lumoauth.token-store", "lumoauth.events.relay=redis"),
			of("lumoauth-vault", "vault", "Vault", "lumoauth.connections"),
			of("lumoauth-workload-identity", "workload", "WorkloadIdentity", "lumoauth.workload-identity",
					"lumoauth.agents.*.workload-identity", "lumoauth.client-authentication-method=workload-identity",
					"lumoauth.client-authentication-method=client-assertion",
					"lumoauth.agents.*.client-authentication-method=workload-identity",
					"lumoauth.agents.*.client-authentication-method=client-assertion"));

	private static FeatureModule of(String artifact, String packageName, String name, String... settings) {
		String type = "dev.lumoauth.spring." + packageName + ".autoconfigure.LumoAuth" + name + "AutoConfiguration";
		return new FeatureModule(artifact, type, List.of(settings).stream().map(Setting::of).toList());
	}

	/**
	 * Return the modules that are not there.
	 * @param classLoader where to look for them
	 */
	static List<FeatureModule> missing(@Nullable ClassLoader classLoader) {
		return ALL.stream().filter((feature) -> !ClassUtils.isPresent(feature.type(), classLoader)).toList();
	}

	/**
	 * Return whether a text names an annotation of this module.
	 */
	boolean hasAnnotationIn(String text) {
		return text.contains("@" + this.type.substring(0, this.type.indexOf("autoconfigure.")));
	}

	/**
	 * Return the beginning of a sentence that says which dependency to add.
	 */
	String toAdd() {
		return "Add the dependency dev.lumoauth:" + this.artifact + " to the build,";
	}

	/**
	 * Return whether the module protects something that would be open without it, also
	 * with {@code lumoauth.enabled=false}.
	 */
	boolean isNeededWhenDisabled() {
		return this.artifact.equals("lumoauth-mcp-server");
	}

	/**
	 * Return which of the settings a property is, or is below. That of a named agent is
	 * the default agent's.
	 */
	Stream<ConfigurationPropertyName> settings(ConfigurationPropertyName property) {
		return this.settings.stream()
			.filter((setting) -> setting.matches(property))
			.map((setting) -> setting.name.replace("agents.*.", ""))
			.filter(ConfigurationPropertyName::isValid)
			.map(ConfigurationPropertyName::of);
	}

	/**
	 * Return the names of what is set and needs this module.
	 */
	List<String> neededBy(SetProperties set, Environment environment) {
		List<String> needing = new ArrayList<>();
		for (Setting setting : this.settings) {
			set.properties()
				.stream()
				.filter((name) -> setting.matches(name) && setting.isValue(value(environment, name)))
				.forEach((name) -> needing.add(name.toString()));
			set.variables()
				.stream()
				.filter((name) -> setting.matches(name) && setting.isValue(environment.getProperty(name)))
				.forEach(needing::add);
			// Some sources, such as JNDI, can't list their content.
			if (needing.isEmpty() && setting.value == null
					&& StringUtils.hasText(environment.getProperty(setting.name))) {
				needing.add(setting.name);
			}
		}
		return needing.stream().distinct().toList();
	}

	private static @Nullable String value(Environment environment, ConfigurationPropertyName name) {
		try {
			return Binder.get(environment).bind(name, Bindable.of(String.class)).orElse(null);
		}
		catch (BindException ex) { // a placeholder that names nothing
			return null;
		}
	}

	/**
	 * What needs a module.
	 *
	 * @param name the property or its prefix
	 * @param property the property, as {@link #text} has it
	 * @param variable the variables of the environment, as they are written
	 * @param value the value; {@code null} for each value of it, and of what is below it
	 */
	record Setting(String name, Pattern property, Pattern variable, @Nullable String value) {

		/**
		 * Kubernetes sets variables for each service: for one named lumoauth-events these
		 * are LUMOAUTH_EVENTS_PORT and others.
		 */
		private static final String NOT_OF_A_SERVICE = "(?!(SERVICE_HOST|SERVICE_PORT.*|PORT.*)$)";

		static Setting of(String text) {
			int end = text.indexOf('=');
			String name = (end != -1) ? text.substring(0, end) : text;
			String value = (end != -1) ? text.substring(end + 1) : null;
			String below = (value != null) ? "" : "([.\\[].*)?";
			String belowVariable = (value != null) ? "" : "(_" + NOT_OF_A_SERVICE + ".*)?";
			return new Setting(name,
					Pattern.compile(name.replace("-", "").replace(".", "\\.").replace("*", "[^.]+") + below),
					Pattern
						.compile(name.toUpperCase(Locale.ROOT).replace("-", "_?").replace(".", "_").replace("*", ".+")
								+ belowVariable),
					value);
		}

		boolean matches(ConfigurationPropertyName name) {
			return this.property.matcher(text(name)).matches();
		}

		boolean matches(String environmentVariable) {
			return this.variable.matcher(environmentVariable).matches();
		}

		/**
		 * Spring Boot takes an enum's name in each of these spellings.
		 */
		boolean isValue(@Nullable String text) {
			return this.value == null || (text != null
					&& text.trim().replaceAll("[_-]", "").equalsIgnoreCase(this.value.replace("-", "")));
		}

		/**
		 * Return a name without dashes, as Spring Boot compares names. A key in brackets
		 * is one element, whatever dots it has.
		 */
		private static String text(ConfigurationPropertyName name) {
			StringBuilder text = new StringBuilder();
			for (int i = 0; i < name.getNumberOfElements(); i++) {
				text.append((i > 0) ? "." : "").append(name.getElement(i, Form.UNIFORM).replace('.', '_'));
			}
			return text.toString();
		}

	}

	/**
	 * A native image finds a class by a name that is put together only if it is told.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			ALL.forEach((feature) -> hints.reflection().registerTypeIfPresent(classLoader, feature.type()));
		}

	}

}
