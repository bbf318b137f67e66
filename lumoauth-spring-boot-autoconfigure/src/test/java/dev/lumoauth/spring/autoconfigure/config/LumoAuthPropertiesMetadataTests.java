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

package dev.lumoauth.spring.autoconfigure.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

class LumoAuthPropertiesMetadataTests {

	private final Map<String, JsonNode> properties = read("properties");

	@Test
	void everyPropertyIsThereWithItsDefault() {
		Map<String, String> defaults = new TreeMap<>();
		this.properties.forEach((name, property) -> defaults.put(name, property.path("defaultValue").asString("")));
		assertThat(defaults).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(Map.entry("lumoauth.enabled", "true"),
				Map.entry("lumoauth.url", "https://app.lumoauth.dev"), Map.entry("lumoauth.tenant", ""),
				Map.entry("lumoauth.plain-http-in-development", "false"), Map.entry("lumoauth.org-id", ""),
				Map.entry("lumoauth.client-id", ""), Map.entry("lumoauth.client-secret", ""),
				Map.entry("lumoauth.scopes", ""), Map.entry("lumoauth.agents", ""),
				Map.entry("lumoauth.connect-timeout", "2s"), Map.entry("lumoauth.read-timeout", "5s"),
				Map.entry("lumoauth.max-wait", "2s"), Map.entry("lumoauth.ssl-bundle", ""),
				Map.entry("lumoauth.dpop.enabled", "false"), Map.entry("lumoauth.dpop.ssl-bundle", ""),
				Map.entry("lumoauth.client-authentication-method", ""), Map.entry("lumoauth.client-secret-file", ""),
				Map.entry("lumoauth.private-key-jwt.key-file", ""),
				Map.entry("lumoauth.private-key-jwt.ssl-bundle", ""), Map.entry("lumoauth.private-key-jwt.key-id", ""),
				Map.entry("lumoauth.private-key-jwt.algorithm", ""),
				Map.entry("lumoauth.exchange.target-parameter", "audience"),
				Map.entry("lumoauth.capabilities.source", "check"),
				Map.entry("lumoauth.capabilities.stale-if-unavailable", "0s"),
				Map.entry("lumoauth.capabilities.cache.allow-ttl", "30s"),
				Map.entry("lumoauth.capabilities.cache.deny-ttl", "5s"), Map.entry("lumoauth.audit.grants", "false"),
				Map.entry("lumoauth.user.issuers", ""), Map.entry("lumoauth.tools.on-denied", "tell-model"),
				Map.entry("lumoauth.tools.hide-denied", "true"), Map.entry("lumoauth.budget.file", ""),
				Map.entry("lumoauth.verify-at-start", "warn"), Map.entry("lumoauth.budget.enforce", "true"),
				Map.entry("lumoauth.budget.on-unavailable", "allow"), Map.entry("lumoauth.mcp.connections", ""),
				Map.entry("lumoauth.mcp.tool-context-allowed-keys", ""),
				Map.entry("management.endpoint.lumoauth.access", "unrestricted"),
				Map.entry("management.endpoint.lumoauth.cache.time-to-live", "0ms"),
				Map.entry("management.health.lumoauth.enabled", "true")));
	}

	@Test
	void everyPropertyIsDescribedAsBootDescribesItsOwn() {
		assertThat(this.properties).allSatisfy((name, property) -> {
			String description = property.path("description").asString("");
			assertThat(description).as(name).isNotBlank().endsWith(".").doesNotStartWith("The ").doesNotStartWith("A ");
			if ("java.lang.Boolean".equals(property.path("type").asString())) {
				assertThat(description).as(name).startsWith("Whether ");
			}
		});
	}

	/**
	 * What else than a boolean or one of a few constants a property may be, a development
	 * environment can't know.
	 */
	@Test
	void everyPropertyHasHintsAboutItsValues() {
		Map<String, JsonNode> hints = read("hints");
		assertThat(this.properties).allSatisfy((name, property) -> {
			if (!isChoice(property.path("type").asString())) {
				JsonNode hint = hints
					.get(property.path("type").asString().startsWith("java.util.Map<") ? name + ".keys" : name);
				assertThat(hint).as("hint of " + name).isNotNull();
				// What is not among the values is no mistake.
				assertThat(hint.path("providers")).as(name)
					.anySatisfy((provider) -> assertThat(provider.path("name").asString()).isEqualTo("any"));
				assertThat(hint.path("values")).as(name)
					.allSatisfy((value) -> assertThat(value.path("description").asString("")).isNotBlank());
			}
		});
	}

	@Test
	void everyHintIsOfAProperty() {
		assertThat(read("hints").keySet())
			.allSatisfy((name) -> assertThat(this.properties).containsKey(name.replaceFirst("\\.(keys|values)$", "")));
	}

	/**
	 * Each field of what a map has for its values: a development environment shows its
	 * comment.
	 */
	@Test
	void everyPropertyOfAnAgentOrAConnectionIsDescribed() throws IOException {
		for (Class<?> type : List.of(LumoAuthAgentProperties.Named.class, LumoAuthAgentProperties.Dpop.class,
				LumoAuthAgentProperties.PrivateKeyJwt.class, LumoAuthMcpProperties.Connection.class,
				LumoAuthMcpProperties.Tool.class)) {
			String name = type.getEnclosingClass().getName().replace('.', '/') + ".java";
			String source = Files.readString(Path.of("src/main/java", name));
			assertThat(type.getRecordComponents()).isNotEmpty()
				.allSatisfy((component) -> assertThat(source).contains("@param " + component.getName() + ' '));
		}
	}

	private static boolean isChoice(String type) {
		return type.equals("java.lang.Boolean")
				|| ClassUtils.resolveClassName(type.replaceFirst("<.*", ""), null).isEnum();
	}

	private static Map<String, JsonNode> read(String group) {
		try (InputStream metadata = LumoAuthProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			Map<String, JsonNode> properties = new TreeMap<>();
			for (JsonNode property : JsonMapper.shared().readTree(metadata).path(group)) {
				if (property.path("name").asString().contains("lumoauth.")) {
					properties.put(property.path("name").asString(), property);
				}
			}
			return properties;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
