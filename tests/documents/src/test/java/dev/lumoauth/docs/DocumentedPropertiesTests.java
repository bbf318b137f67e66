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

package dev.lumoauth.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.lumoauth.spring.aauth.autoconfigure.AAuthProperties;
import dev.lumoauth.spring.aauth.autoconfigure.AAuthResourceProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties;
import dev.lumoauth.spring.http.client.autoconfigure.LumoAuthAudienceProperties;
import dev.lumoauth.spring.mcp.server.autoconfigure.LumoAuthMcpServerProperties;
import dev.lumoauth.spring.vault.autoconfigure.LumoAuthThirdPartyProperties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That an application could have the YAML of the documents: each property is one that the
 * library or Spring knows, and has a value of its type.
 */
class DocumentedPropertiesTests {

	/**
	 * What is not an application's: the dev server's file, Kubernetes', and Compose's.
	 */
	private static final Set<String> OTHERS = Set.of("dev", "apiVersion", "env", "services");

	private static final Pattern COLLECTION = Pattern.compile("^java\\.util\\.(Map|List|Set)\\b");

	private static final Map<ConfigurationPropertyName, String> KNOWN = known();

	@ParameterizedTest
	@MethodSource("examples")
	void areKnown(PropertySource<?> example) {
		assertThat(names(example)).allMatch((name) -> isKnown(ConfigurationPropertyName.adapt(name, '.')));
	}

	@ParameterizedTest
	@MethodSource("examples")
	void haveValuesOfTheirTypes(PropertySource<?> example) {
		Binder binder = new Binder(ConfigurationPropertySources.from(example));
		binder.bind("lumoauth", LumoAuthProperties.class);
		binder.bind("lumoauth.mcp", Bindable.of(LumoAuthMcpProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.mcp.server", Bindable.of(LumoAuthMcpServerProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.aauth.targets", Bindable.mapOf(String.class, AAuthProperties.Target.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.aauth.resource", Bindable.of(AAuthResourceProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.audiences", Bindable.mapOf(String.class, LumoAuthAudienceProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.connections", Bindable.mapOf(String.class, LumoAuthThirdPartyProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
		binder.bind("lumoauth.agents", Bindable.mapOf(String.class, LumoAuthAgentProperties.Named.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	static List<PropertySource<?>> examples() {
		return Document.all()
			.stream()
			.filter((name) -> !name.equals(Document.RUN_BY_ITSELF))
			.flatMap((name) -> new Document(name).blocks("yaml").stream().flatMap((block) -> load(name, block)))
			.toList();
	}

	private static Stream<PropertySource<?>> load(String document, String yaml) {
		try {
			return new YamlPropertySourceLoader()
				.load(document, new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.stream()
				.filter((source) -> !OTHERS.contains(names(source).get(0).split("[.\\[]")[0]));
		}
		catch (IOException ex) {
			throw new IllegalStateException(document, ex);
		}
	}

	private static List<String> names(PropertySource<?> source) {
		return List.of(((EnumerablePropertySource<?>) source).getPropertyNames());
	}

	private static boolean isKnown(ConfigurationPropertyName name) {
		return KNOWN.entrySet()
			.stream()
			.anyMatch((known) -> known.getKey().equals(name)
					|| COLLECTION.matcher(known.getValue()).find() && known.getKey().isAncestorOf(name));
	}

	/**
	 * Types by name, of everything on the class path.
	 */
	private static Map<ConfigurationPropertyName, String> known() {
		Map<ConfigurationPropertyName, String> known = new TreeMap<>();
		try {
			for (URL url : Collections.list(DocumentedPropertiesTests.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream metadata = url.openStream()) {
					for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
						known.put(ConfigurationPropertyName.of(property.path("name").asString()),
								property.path("type").asString(""));
					}
				}
			}
			return known;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
