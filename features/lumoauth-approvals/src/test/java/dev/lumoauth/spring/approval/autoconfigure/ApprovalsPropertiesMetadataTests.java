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

package dev.lumoauth.spring.approval.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of the properties {@code lumoauth.approvals.*}, which
 * development environments show.
 */
class ApprovalsPropertiesMetadataTests {

	private static final String PREFIX = "lumoauth.approvals.";

	private final Map<String, JsonNode> properties = read("properties");

	@Test
	void everyPropertyIsThereWithItsDefault() {
		Map<String, String> defaults = new TreeMap<>();
		this.properties.forEach((name, property) -> defaults.put(name, property.path("defaultValue").asString("")));
		assertThat(defaults)
			.containsExactlyInAnyOrderEntriesOf(Map.ofEntries(Map.entry("lumoauth.approvals.store", "memory"),
					Map.entry("lumoauth.approvals.jdbc.initialize-schema", "embedded"),
					Map.entry("lumoauth.approvals.wait", "0s"), Map.entry("lumoauth.approvals.channel", "jit"),
					Map.entry("lumoauth.approvals.ttl", "5m"), Map.entry("lumoauth.approvals.poll-interval", "5s"),
					Map.entry("lumoauth.approvals.keep-results", "10m"),
					Map.entry("lumoauth.approvals.request-denied", "false"),
					Map.entry("lumoauth.approvals.escalate", "false"), Map.entry("lumoauth.approvals.redact", ""),
					Map.entry("lumoauth.approvals.approver", ""), Map.entry("lumoauth.approvals.callback-url", ""),
					Map.entry("lumoauth.approvals.after-denial", "1m"),
					Map.entry("lumoauth.approvals.max-pending-per-user", "20")));
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
				assertThat(hints).as("hint of " + name).containsKey(name);
				// What is not among the values is no mistake.
				assertThat(hints.get(name).path("providers")).as(name)
					.anySatisfy((provider) -> assertThat(provider.path("name").asString()).isEqualTo("any"));
				assertThat(hints.get(name).path("values")).as(name)
					.allSatisfy((value) -> assertThat(value.path("description").asString("")).isNotBlank());
			}
		});
	}

	@Test
	void everyHintIsOfAProperty() {
		assertThat(read("hints").keySet()).isNotEmpty().isSubsetOf(this.properties.keySet());
	}

	private static boolean isChoice(String type) {
		return type.equals("java.lang.Boolean")
				|| ClassUtils.resolveClassName(type.replaceFirst("<.*", ""), null).isEnum();
	}

	private static Map<String, JsonNode> read(String group) {
		try {
			Map<String, JsonNode> all = new TreeMap<>();
			for (URL metadata : Collections.list(LumoAuthApprovalsProperties.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream stream = metadata.openStream()) {
					for (JsonNode each : JsonMapper.shared().readTree(stream).path(group)) {
						if (each.path("name").asString().startsWith(PREFIX)) {
							all.put(each.path("name").asString(), each);
						}
					}
				}
			}
			return all;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
