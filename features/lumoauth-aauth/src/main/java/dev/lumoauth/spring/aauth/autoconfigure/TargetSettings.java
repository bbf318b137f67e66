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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.agent.AAuthTarget;
import dev.lumoauth.spring.http.Origin;

/**
 * The configured resources: the targets, and the MCP connections whose requests are
 * signed.
 */
final class TargetSettings {

	private final AAuthProperties properties;

	private final Environment environment;

	private final AAuthSettings settings = new AAuthSettings();

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
		Map<Object, String> known = new LinkedHashMap<>();
		this.properties.targets().forEach((name, target) -> {
			String property = "lumoauth.aauth.targets." + name;
			this.settings.scopes(property + ".scopes", target.scopes());
			if (!StringUtils.hasText(target.resource())) {
				this.settings.problem(property + ".resource is missing.",
						"Set " + property + ".resource to the identifier under which LumoAuth knows the resource.");
			}
			else {
				once(known, target.resource(), property + ".resource", "are the same",
						"a token is for a resource, whoever requests it");
			}
			Origin origin = this.settings.origin(property + ".url", target.url());
			if (origin != null) {
				once(known, origin, property + ".url", "have the same origin",
						"scheme, host and port decide which tokens a request gets");
				add(property, all,
						() -> new AAuthTarget(property, String.valueOf(target.resource()),
								URI.create(String.valueOf(target.url())), Set.copyOf(target.scopes()),
								StringUtils.hasText(target.redirectUri()) ? URI.create(target.redirectUri()) : null));
			}
		});
		TargetMcpConnections.of(Binder.get(this.environment)).forEach((name, connection) -> {
			String property = "lumoauth.mcp.connections." + name;
			if (!known.containsKey(connection.resource())) {
				add(property, all, () -> connection.target(property));
			}
		});
		this.settings.throwIfAny();
		return all;
	}

	private void once(Map<Object, String> known, Object value, String property, String alike, String why) {
		String other = known.putIfAbsent(value, property);
		if (other != null) {
			this.settings.problem(property + " and " + other + " " + alike + ".",
					"Remove one of the two: " + why + ".");
		}
	}

	private void add(String property, List<AAuthTarget> all, Supplier<AAuthTarget> target) {
		try {
			all.add(target.get());
		}
		catch (IllegalArgumentException ex) {
			this.settings.problem(property + " can't be called by signed requests: " + ex.getMessage() + ".",
					"Correct what is set below " + property + ".");
		}
	}

}
