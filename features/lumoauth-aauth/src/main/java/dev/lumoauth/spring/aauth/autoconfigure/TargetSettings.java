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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.agent.AAuthTarget;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;

/**
 * The configured resources: the targets, and the MCP connections whose requests are
 * signed. Each single property has been checked before; this class checks their
 * combination.
 */
final class TargetSettings {

	private static final String TARGETS = "lumoauth.aauth.targets.";

	private final AAuthProperties properties;

	private final Environment environment;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	TargetSettings(AAuthProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
	}

	/**
	 * Return the resources, those of MCP connections last: if a resource is also among
	 * the targets, the target's settings count.
	 * @throws dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException
	 * if the configuration is not valid
	 */
	List<AAuthTarget> all() {
		List<AAuthTarget> all = new ArrayList<>();
		Map<String, String> known = new LinkedHashMap<>();
		this.properties.getTargets().forEach((name, target) -> {
			String property = TARGETS + name;
			String other = known.putIfAbsent(String.valueOf(target.getResource()), property);
			if (other != null) {
				this.problems.add(property + ".resource and " + other + ".resource are the same.",
						"Remove one of the two: a token is for a resource, whoever requests it.");
			}
			add(property, all, () -> target(property, target));
		});
		TargetMcpConnections.of(Binder.get(this.environment)).forEach((name, connection) -> {
			String property = "lumoauth.mcp.connections." + name;
			if (!known.containsKey(connection.resource())) {
				add(property, all, () -> connection.target(property));
			}
		});
		this.problems.throwIfAny();
		return all;
	}

	private void add(String property, List<AAuthTarget> all, Supplier<AAuthTarget> target) {
		try {
			all.add(target.get());
		}
		catch (IllegalArgumentException ex) {
			this.problems.add(property + " can't be called by signed requests: " + ex.getMessage() + ".",
					"Correct what is set below " + property + ".");
		}
	}

	private static AAuthTarget target(String property, AAuthProperties.Target target) {
		URI url = uri(target.getUrl(), String.valueOf(target.getResource()));
		String endpoint = target.getResourceTokenEndpoint();
		String redirectUri = target.getRedirectUri();
		return new AAuthTarget(property, String.valueOf(target.getResource()), url,
				new LinkedHashSet<>(target.getScopes()), uri(target.getChallengeUrl(), url.toString()),
				StringUtils.hasText(endpoint) ? URI.create(endpoint) : null,
				StringUtils.hasText(redirectUri) ? URI.create(redirectUri) : null);
	}

	private static URI uri(@Nullable String value, String otherwise) {
		return URI.create(StringUtils.hasText(value) ? value : otherwise);
	}

	/**
	 * Return a configured map.
	 */
	static <T> Map<String, T> map(Binder binder, String name, Class<T> type) {
		return binder.bind(name, Bindable.mapOf(String.class, type)).orElseGet(LinkedHashMap::new);
	}

}
