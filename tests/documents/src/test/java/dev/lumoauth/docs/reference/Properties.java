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

package dev.lumoauth.docs.reference;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.lumoauth.docs.Repository;
import dev.lumoauth.spring.aauth.autoconfigure.AAuthProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties;
import dev.lumoauth.spring.http.client.autoconfigure.LumoAuthAudienceProperties;
import dev.lumoauth.spring.vault.autoconfigure.LumoAuthThirdPartyProperties;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the library: those that its metadata names, and those of a
 * connection, an audience and a service with AAuth, which the metadata of a map leaves
 * out and their sources describe.
 */
final class Properties {

	private static final String CONNECTION = "lumoauth.mcp.connections.<name>.";

	private static final String TARGET = "lumoauth.aauth.targets.<name>.";

	private static final Property AGENT = new Property("lumoauth.agents.<name>.*", "java.util.Map", null,
			"Everything of 'lumoauth.*' that belongs to an agent: 'client-id', 'client-secret', 'client-secret-file', "
					+ "'scopes', 'client-authentication-method', 'ssl-bundle', 'private-key-jwt.*', 'dpop.*' and "
					+ "'workload-identity.*'.");

	private static final String AUDIENCE = "lumoauth.audiences.<name>.";

	private static final String THIRD_PARTY = "lumoauth.connections.<name>.";

	private Properties() {
	}

	static List<Property> all() throws IOException {
		List<Property> all = new ArrayList<>();
		for (URL url : Collections.list(LumoAuthProperties.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream metadata = url.openStream()) {
				for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
					if (property.path("name").asString().matches("(lumoauth|management\\.\\w+\\.lumoauth)\\..*")) {
						all.add(new Property(property.path("name").asString(), property.path("type").asString(),
								defaultValue(property.path("defaultValue")), property.path("description").asString()));
					}
				}
			}
		}
		all.removeIf((property) -> property.type().startsWith("java.util.Map"));
		all.addAll(components(CONNECTION, LumoAuthMcpProperties.Connection.class));
		all.removeIf((property) -> property.name().equals(CONNECTION + "approval"));
		all.addAll(components(CONNECTION + "approval.tools.<tool>.", LumoAuthMcpProperties.Tool.class));
		all.addAll(components(AUDIENCE, LumoAuthAudienceProperties.class));
		all.addAll(components(THIRD_PARTY, LumoAuthThirdPartyProperties.class));
		all.addAll(components(TARGET, AAuthProperties.Target.class));
		all.add(AGENT);
		return all;
	}

	private static @Nullable String defaultValue(JsonNode value) {
		return value.isMissingNode() ? null : value.asString();
	}

	private static List<Property> components(String prefix, Class<?> type) throws IOException {
		Class<?> file = (type.getEnclosingClass() != null) ? type.getEnclosingClass() : type;
		String text = Files.readString(Repository.source(file.getName()));
		String before = text.substring(0, text.indexOf("record " + type.getSimpleName() + "("));
		String source = before.substring(before.lastIndexOf("/**"));
		List<Property> properties = new ArrayList<>();
		for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
			DefaultValue value = parameter.getAnnotation(DefaultValue.class);
			boolean choice = parameter.getType().isEnum() || parameter.getType() == boolean.class;
			Matcher comment = Pattern
				.compile("@param " + parameter.getName() + "\\s(.*?)(\\n\\s*\\* @|\\*/)", Pattern.DOTALL)
				.matcher(source);
			if (!comment.find()) {
				throw new IllegalStateException("No comment on " + parameter);
			}
			properties.add(new Property(prefix + dashed(parameter.getName()), parameter.getType().getName(),
					(choice && value != null) ? value.value()[0] : null,
					comment.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip()));
		}
		return properties;
	}

	private static String dashed(String name) {
		return Property.kebab(name.replaceAll("(?=[A-Z])", "_"));
	}

}
