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
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A module that an application adds, by its properties. All that this module knows of a
 * feature is here.
 *
 * @param artifact the module
 * @param type the module's auto-configuration
 * @param settings the properties that need the module
 */
record FeatureModule(String artifact, String type, List<PropertyPattern> settings) {

	static final List<FeatureModule> ALL = List.of(of("lumoauth-aauth", "aauth", "AAuth", "lumoauth.aauth"),
			of("lumoauth-approvals", "approval", "Approvals", "lumoauth.approvals",
					"lumoauth.mcp.connections.*.approval"),
			of("lumoauth-events", "event", "Events", "lumoauth.events"),
			of("lumoauth-http-clients", "http.client", "HttpClients", "lumoauth.audiences"),
			of("lumoauth-mcp-server", "mcp.server", "McpServer", "lumoauth.mcp.server", "lumoauth.mcp.server.audience"),
			of("lumoauth-redis", "redis", "Redis", "lumoauth.token-store", "lumoauth.capabilities.store"),
			of("lumoauth-shared-budget", "budget.shared", "SharedBudget", "lumoauth.budget.store",
					"lumoauth.budget.on-store-unavailable"),
			of("lumoauth-vault", "vault", "Vault", "lumoauth.connections"), of("lumoauth-workload-identity", "workload",
					"WorkloadIdentity", "lumoauth.workload-identity", "lumoauth.agents.*.workload-identity"));

	private static FeatureModule of(String artifact, String packageName, String name, String... settings) {
		String type = "dev.lumoauth.spring." + packageName + ".autoconfigure.LumoAuth" + name + "AutoConfiguration";
		return new FeatureModule(artifact, type,
				Stream.of(settings).map((setting) -> new PropertyPattern(setting, true)).toList());
	}

	/**
	 * Return the dependency that a build needs.
	 */
	String dependency() {
		return (ALL.contains(this) ? "dev.lumoauth:" : "org.springframework.ai:") + this.artifact;
	}

	boolean isMissing(@Nullable ClassLoader classLoader) {
		return !ClassUtils.isPresent(this.type, classLoader);
	}

	/**
	 * Return the names of what is set and needs this module.
	 */
	List<String> neededBy(SetProperties set, Environment environment) {
		List<String> needing = Stream
			.concat(set.properties().stream().filter(this::has).map(Object::toString),
					set.variables()
						.stream()
						.filter((name) -> this.settings.stream().anyMatch((setting) -> setting.matches(name))))
			.filter((name) -> !isInMemory(name, environment))
			.toList();
		// Some sources, such as JNDI, can't list their content.
		return !needing.isEmpty() ? needing
				: this.settings.stream()
					.map(PropertyPattern::name)
					.filter((name) -> StringUtils.hasText(environment.getProperty(name)))
					.filter((name) -> !isInMemory(name, environment))
					.toList();
	}

	/** What is kept in memory needs no module. */
	private static boolean isInMemory(String name, Environment environment) {
		return name.toLowerCase(Locale.ROOT).endsWith("store") && "memory".equals(environment.getProperty(name));
	}

	private boolean has(ConfigurationPropertyName name) {
		return this.settings.stream().anyMatch((setting) -> setting.matches(name));
	}

	/**
	 * A native image finds a class by a name that is put together only if it is told.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			Stream.concat(ALL.stream(), Stream.of(PropertiesWithoutEffect.MCP_CLIENT))
				.forEach((feature) -> hints.reflection().registerTypeIfPresent(classLoader, feature.type()));
		}

	}

}
