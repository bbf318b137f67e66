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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.lumoauth.spring.reflect.CloseNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The properties that there are, by the metadata on the class path which also helps
 * editors to complete them.
 */
final class KnownProperties {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final String NAMESPACE = "lumoauth.";

	private final Set<ConfigurationPropertyName> names = new HashSet<>();

	/** A map or a list: what is below it has names and numbers of the application's. */
	private final Set<ConfigurationPropertyName> open = new HashSet<>();

	private final Set<String> variables = new HashSet<>();

	private final Set<String> openVariables = new HashSet<>();

	/** As it is written, with dashes and without, and the name. */
	private final Map<String, String> spellings = new HashMap<>();

	/**
	 * Remove the names that are written in the metadata as they are. To look for a text
	 * takes less than to read the metadata, and in most applications nothing is left
	 * then.
	 * @param names the names
	 * @param classLoader where to find the metadata
	 * @param location which of it to look at, by its address
	 */
	static void removeWritten(Set<ConfigurationPropertyName> names, @Nullable ClassLoader classLoader,
			Predicate<String> location) {
		forEach(classLoader, location, (metadata) -> {
			String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
			int start = text.indexOf("\"properties\":");
			int end = text.indexOf("\"hints\":", start);
			if (start != -1 && end != -1) {
				String properties = text.substring(start, end);
				names.removeIf((name) -> properties.contains("\"name\": \"" + name + "\""));
			}
		});
	}

	/**
	 * Read the metadata.
	 * @param classLoader where to find it
	 * @param location which of it to read, by its address
	 */
	static KnownProperties read(@Nullable ClassLoader classLoader, Predicate<String> location) {
		KnownProperties known = new KnownProperties();
		forEach(classLoader, location, known::add);
		return known;
	}

	private static void forEach(@Nullable ClassLoader classLoader, Predicate<String> location, Reader reader) {
		try {
			ClassLoader from = (classLoader != null) ? classLoader : KnownProperties.class.getClassLoader();
			for (URL url : Collections.list(from.getResources(METADATA))) {
				if (location.test(url.toString())) {
					try (InputStream metadata = url.openStream()) {
						reader.read(metadata);
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Token by token: this runs while an application starts, and needs two fields.
	 */
	private void add(InputStream metadata) {
		try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), metadata)) {
			String name = "";
			for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
				if (token == JsonToken.VALUE_STRING && isOfProperty(json.streamReadContext())) {
					if ("name".equals(json.currentName())) {
						name = json.getValueAsString();
						add(name, "");
					}
					else if ("type".equals(json.currentName())) {
						add(name, json.getValueAsString());
					}
				}
			}
		}
	}

	private static boolean isOfProperty(TokenStreamContext context) {
		TokenStreamContext list = context.getParent();
		return context.inObject() && list != null && list.inArray()
				&& "properties".equals(list.getParent().currentName());
	}

	private void add(String name, String type) {
		if (!name.startsWith(NAMESPACE) || !ConfigurationPropertyName.isValid(name)) {
			return;
		}
		ConfigurationPropertyName propertyName = ConfigurationPropertyName.of(name);
		this.names.add(propertyName);
		this.variables.addAll(variables(name));
		if (type.startsWith("java.util.") || type.endsWith("[]")) {
			this.open.add(propertyName);
			this.openVariables.addAll(variables(name));
		}
		this.spellings.put(name, name);
		this.spellings.put(name.replace("-", ""), name);
	}

	/**
	 * Both ways in which Spring Boot takes a dash.
	 */
	private static Set<String> variables(String name) {
		String variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
		return new HashSet<>(List.of(variable.replace("-", ""), variable.replace('-', '_')));
	}

	boolean isEmpty() {
		return this.names.isEmpty();
	}

	boolean has(ConfigurationPropertyName name) {
		if (this.names.contains(name)) {
			return true;
		}
		for (ConfigurationPropertyName each = name; !each.isEmpty(); each = each.getParent()) {
			if (this.open.contains(each)) {
				return true;
			}
		}
		return false;
	}

	boolean hasVariable(String variable) {
		return this.variables.contains(variable)
				|| this.openVariables.stream().anyMatch((each) -> variable.startsWith(each + "_"));
	}

	/**
	 * Return the properties that someone may have meant, the closest first.
	 */
	List<String> close(String name) {
		return names(CloseNames.find(name, this.spellings.keySet()));
	}

	/**
	 * Return the same for a variable, which need not be meant for this library: as many
	 * words have to be in it.
	 */
	List<String> closeToVariable(String variable) {
		int words = words(variable);
		return names(CloseNames.find(variable, this.spellings.keySet())
			.stream()
			.filter((spelling) -> words(spelling) == words)
			.toList());
	}

	private List<String> names(Collection<String> spellings) {
		return spellings.stream()
			.map((spelling) -> this.spellings.getOrDefault(spelling, spelling))
			.distinct()
			.toList();
	}

	private static int words(String name) {
		return name.split("[._-]").length;
	}

	/**
	 * Reads one file of metadata.
	 */
	@FunctionalInterface
	private interface Reader {

		void read(InputStream metadata) throws IOException;

	}

}
