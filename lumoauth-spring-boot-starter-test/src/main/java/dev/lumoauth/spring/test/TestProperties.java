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

package dev.lumoauth.spring.test;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Properties that take precedence over the application's. They replace its secrets, which
 * may come from variables that are not set where tests run.
 */
final class TestProperties {

	private static final String NAME = "lumoauth-test";

	private static final ConfigurationPropertyName AGENTS = ConfigurationPropertyName.of("lumoauth.agents");

	private static final String DEFAULTS = NAME + "-defaults";

	private static final String AFTER_DENIAL = "lumoauth.approvals.after-denial";

	private static final String EVENTS_TOKEN = "lumoauth.events.ssf.authorization-token";

	private static final String WEBHOOK_SECRETS = "lumoauth.events.webhook.secrets";

	private TestProperties() {
	}

	/**
	 * Add the properties for a LumoAuth in memory.
	 */
	static void addInMemory(ConfigurableEnvironment environment, TestConnectionDetails details) {
		Map<String, Object> properties = connection(details);
		for (String agent : agents(environment)) {
			String prefix = AGENTS + "." + agent;
			String clientId = TestConnectionDetails.read(environment, prefix + ".client-id");
			properties.put(prefix + ".client-id", StringUtils.hasText(clientId) ? clientId : agent);
			addSecret(properties, prefix, details);
			addNoBundles(properties, prefix);
		}
		addNoBundles(properties, "lumoauth");
		// Nobody else should get these tokens.
		if (has("redis")) {
			properties.put("lumoauth.token-store.type", "none");
		}
		properties.put("lumoauth.token-store.encryption-key", key());
		addEvents(properties, environment);
		// Each test has its own store.
		properties.put("lumoauth.approvals.store", "memory");
		properties.put("lumoauth.budget.file", "");
		if ("userinfo".equalsIgnoreCase(TestConnectionDetails.read(environment, "lumoauth.capabilities.source"))) {
			// It asks for all capabilities at once, so it can't be said for which.
			properties.put("lumoauth.capabilities.source", "check");
		}
		addFirst(environment, properties);
		addDefaults(environment, Map.of(AFTER_DENIAL, "0s"));
	}

	/**
	 * Add the address of LumoAuth. It has just been started, so its first answers may be
	 * slow. A test waits for them longer than an application does, and no question waits
	 * after a denial, unless the application says how long.
	 */
	static void addConnection(ConfigurableEnvironment environment, TestConnectionDetails details) {
		addFirst(environment, connection(details));
		addDefaults(environment, Map.of("lumoauth.max-wait", "30s", AFTER_DENIAL, "0s"));
	}

	private static void addDefaults(ConfigurableEnvironment environment, Map<String, Object> defaults) {
		environment.getPropertySources().addLast(new MapPropertySource(DEFAULTS, defaults));
	}

	private static Map<String, Object> connection(TestConnectionDetails details) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("lumoauth.enabled", "true");
		// A test knows what its agent asks.
		properties.put("lumoauth.verify-at-start", "off");
		properties.put("lumoauth.url", details.url());
		properties.put("lumoauth.tenant", (details.tenant() != null) ? details.tenant() : "");
		properties.put("lumoauth.org-id", (details.orgId() != null) ? details.orgId() : "");
		properties.put("lumoauth.client-id", details.clientId());
		addSecret(properties, "lumoauth", details);
		return properties;
	}

	/**
	 * An agent that proves who it is in another way has neither its key nor its platform
	 * where tests run.
	 */
	private static void addSecret(Map<String, Object> properties, String prefix, TestConnectionDetails details) {
		properties.put(prefix + ".client-secret", details.secret());
		properties.put(prefix + ".client-secret-file", "");
		properties.put(prefix + ".client-authentication-method", "");
		properties.put(prefix + ".private-key-jwt.key-file", "");
		properties.put(prefix + ".private-key-jwt.ssl-bundle", "");
		if (has("workload")) {
			properties.put(prefix + ".workload-identity.provider", "");
		}
	}

	/**
	 * Nothing is sent, so that no certificate is needed, and any key will do.
	 */
	private static void addNoBundles(Map<String, Object> properties, String prefix) {
		properties.put(prefix + ".ssl-bundle", "");
		properties.put(prefix + ".dpop.ssl-bundle", "");
	}

	/**
	 * No stream of events is created.
	 */
	private static void addEvents(Map<String, Object> properties, Environment environment) {
		if (!has("event")) {
			return;
		}
		properties.put("lumoauth.events.ssf.register", "false");
		for (String secret : List.of(EVENTS_TOKEN, WEBHOOK_SECRETS, WEBHOOK_SECRETS + "[0]")) {
			if (environment.containsProperty(secret) && TestConnectionDetails.read(environment, secret) == null) {
				properties.put(secret.startsWith(WEBHOOK_SECRETS) ? WEBHOOK_SECRETS : secret, key());
			}
		}
	}

	/**
	 * Return whether a feature is there: without it, its properties are not.
	 */
	private static boolean has(String feature) {
		return ClassUtils.isPresent("dev.lumoauth.spring." + feature + ".autoconfigure.package-info", null);
	}

	private static void addFirst(ConfigurableEnvironment environment, Map<String, Object> properties) {
		environment.getPropertySources().remove(NAME);
		environment.getPropertySources().addFirst(new MapPropertySource(NAME, properties));
	}

	private static Set<String> agents(ConfigurableEnvironment environment) {
		Set<String> agents = new TreeSet<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter((name) -> AGENTS.isAncestorOf(name)
							&& name.getNumberOfElements() > AGENTS.getNumberOfElements())
					.map((name) -> name.getElement(AGENTS.getNumberOfElements(), ConfigurationPropertyName.Form.DASHED))
					.forEach(agents::add);
			}
		}
		return agents;
	}

	private static String key() {
		byte[] key = new byte[32];
		new SecureRandom().nextBytes(key);
		return Base64.getEncoder().encodeToString(key);
	}

}
