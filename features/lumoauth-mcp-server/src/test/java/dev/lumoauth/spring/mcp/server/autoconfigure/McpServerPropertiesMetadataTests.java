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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of {@link LumoAuthMcpServerProperties}, which development
 * environments show.
 */
class McpServerPropertiesMetadataTests {

	private static final String PREFIX = "lumoauth.mcp.server.";

	private final Map<String, JsonNode> properties = read("properties");

	@Test
	void everyPropertyIsThereWithItsDefault() {
		Map<String, String> defaults = new TreeMap<>();
		this.properties.forEach((name, property) -> defaults.put(name, property.path("defaultValue").asString("")));
		assertThat(defaults)
			.containsExactlyInAnyOrderEntriesOf(Map.ofEntries(Map.entry("lumoauth.mcp.server.audience", ""),
					Map.entry("lumoauth.mcp.server.issuer", ""), Map.entry("lumoauth.mcp.server.resource", ""),
					Map.entry("lumoauth.mcp.server.scopes", ""), Map.entry("lumoauth.mcp.server.decide-for", "caller"),
					Map.entry("lumoauth.mcp.server.decide-by", "check"), Map.entry("lumoauth.mcp.server.server-id", ""),
					Map.entry("lumoauth.mcp.server.dpop-required", "false"),
					Map.entry("lumoauth.mcp.server.allowed-hosts", ""),
					Map.entry("lumoauth.mcp.server.allowed-origins", ""),
					Map.entry("lumoauth.mcp.server.max-request-size", "4MB"),
					Map.entry("lumoauth.mcp.server.max-requests-per-caller", "50"),
					Map.entry("lumoauth.mcp.server.sessions.max", "1000")));
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

	@Test
	void everyHintIsOfAProperty() {
		assertThat(read("hints").keySet()).isNotEmpty().isSubsetOf(this.properties.keySet());
	}

	private static Map<String, JsonNode> read(String group) {
		try {
			Map<String, JsonNode> all = new TreeMap<>();
			for (URL metadata : Collections.list(LumoAuthMcpServerProperties.class.getClassLoader()
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
