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
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.lumoauth.spring.reflect.CloseNames;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The properties that there are, by the metadata on the class path, which also helps
 * editors to complete them. What is below a map is known by the type of the map's values.
 */
final class KnownProperties {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final Pattern PROPERTY = Pattern
		.compile("\"name\"\\s*:\\s*\"(lumoauth\\.[^\"]+)\",\\s*\"type\"\\s*:\\s*\"([^\"]+)\"");

	private static final Pattern VALUES = Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,([\\w.$]+)>");

	private final String metadata;

	private final @Nullable ClassLoader classLoader;

	/**
	 * The types by name, which an application needs if a name is not as it is written.
	 */
	private final SingletonSupplier<Map<ConfigurationPropertyName, String>> types = SingletonSupplier.of(this::types);

	private KnownProperties(String metadata, @Nullable ClassLoader classLoader) {
		this.metadata = metadata;
		this.classLoader = classLoader;
	}

	/**
	 * Read the metadata.
	 * @param classLoader where to find it
	 * @param location which of it to read, by its address
	 */
	static KnownProperties read(@Nullable ClassLoader classLoader, Predicate<String> location) {
		StringBuilder text = new StringBuilder();
		try {
			ClassLoader from = (classLoader != null) ? classLoader : KnownProperties.class.getClassLoader();
			for (URL url : Collections.list(from.getResources(METADATA))) {
				if (location.test(url.toString())) {
					try (InputStream metadata = url.openStream()) {
						text.append(properties(new String(metadata.readAllBytes(), StandardCharsets.UTF_8)));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new KnownProperties(text.toString(), classLoader);
	}

	/**
	 * Without groups and hints, which have names of properties too.
	 */
	private static String properties(String metadata) {
		int start = Math.max(metadata.indexOf("\"properties\""), 0);
		int end = metadata.indexOf("\"hints\"", start);
		return metadata.substring(start, (end != -1) ? end : metadata.length());
	}

	private Map<ConfigurationPropertyName, String> types() {
		Map<ConfigurationPropertyName, String> types = new LinkedHashMap<>();
		PROPERTY.matcher(this.metadata)
			.results()
			.filter((found) -> ConfigurationPropertyName.isValid(found.group(1)))
			.forEach((found) -> types.put(ConfigurationPropertyName.of(found.group(1)), found.group(2)));
		return types;
	}

	/**
	 * Return whether there is such a property. To look for a text takes less than to read
	 * all types, and most names are written as in the metadata.
	 */
	boolean has(ConfigurationPropertyName name) {
		return this.metadata.contains("\"name\": \"" + name + "\"") || this.types.obtain().containsKey(name)
				|| "".equals(meantBelow(name));
	}

	/**
	 * Return whether there are properties below a name.
	 */
	boolean hasBelow(ConfigurationPropertyName name) {
		return this.types.obtain().keySet().stream().anyMatch(name::isAncestorOf);
	}

	/**
	 * Return whether a variable of the environment is a property's.
	 */
	boolean hasVariable(String variable) {
		return this.types.obtain().entrySet().stream().anyMatch((property) -> {
			Set<String> variables = variables(property.getKey());
			return variables.contains(variable) || (isOpen(property.getValue())
					&& variables.stream().anyMatch((each) -> variable.startsWith(each + "_")));
		});
	}

	/**
	 * Return both ways in which Spring Boot takes a dash.
	 */
	static Set<String> variables(ConfigurationPropertyName name) {
		String variable = name.toString().toUpperCase(Locale.ROOT).replace('.', '_');
		return Set.copyOf(List.of(variable.replace("-", ""), variable.replace('-', '_')));
	}

	/**
	 * A map or a list: what is below it has names and numbers of the application's.
	 */
	private static boolean isOpen(String type) {
		return type.startsWith("java.util.") || type.endsWith("[]");
	}

	/**
	 * Return what to do about an unknown name.
	 * @return a sentence that names the properties that may have been meant
	 */
	String meant(ConfigurationPropertyName name) {
		String below = meantBelow(name);
		List<String> close = (below != null) ? List.of() : close(name.toString(), (spelling) -> true);
		return (below != null) ? below : close.isEmpty() ? "Correct the name " + name + ", or remove it."
				: "Write " + String.join(", or ", close) + ".";
	}

	/**
	 * Return the properties that are close to a variable, which need not be meant for
	 * this library: as many words have to be in it.
	 */
	List<String> closeToVariable(String variable) {
		int words = variable.split("_").length;
		return close(variable, (spelling) -> spelling.split("[.-]").length == words);
	}

	private List<String> close(String name, Predicate<String> which) {
		Map<String, String> spellings = new LinkedHashMap<>();
		this.types.obtain().keySet().stream().map(ConfigurationPropertyName::toString).forEach((known) -> {
			spellings.put(known, known);
			spellings.put(known.replace("-", ""), known);
		});
		return CloseNames.find(name, spellings.keySet())
			.stream()
			.filter(which)
			.map((spelling) -> spellings.getOrDefault(spelling, spelling))
			.distinct()
			.toList();
	}

	/**
	 * Return what was meant below a map.
	 * @return a sentence; empty if there is such a property; {@code null} if the name is
	 * below no map
	 */
	private @Nullable String meantBelow(ConfigurationPropertyName name) {
		for (ConfigurationPropertyName each = name.getParent(); !each.isEmpty(); each = each.getParent()) {
			String type = this.types.obtain().get(each);
			if (type != null && isOpen(type)) {
				Matcher values = VALUES.matcher(type);
				boolean ours = values.matches() && ClassUtils.isPresent(values.group(1), this.classLoader);
				return ours
						? meant(name, each.getNumberOfElements() + 1,
								ResolvableType.forClass(ClassUtils.resolveClassName(values.group(1), this.classLoader)))
						: "";
			}
		}
		return null;
	}

	/**
	 * Follow the name until nothing has its next part.
	 */
	private static String meant(ConfigurationPropertyName name, int part, ResolvableType type) {
		Class<?> owner = type.toClass();
		if (part >= name.getNumberOfElements() || owner == Object.class || owner.isArray()
				|| Collection.class.isAssignableFrom(owner)) {
			return "";
		}
		if (Map.class.isAssignableFrom(owner)) {
			return meant(name, part + 1, type.asMap().getGeneric(1));
		}
		if (BeanUtils.isSimpleValueType(owner)) {
			return "Remove " + name + ".";
		}
		Map<String, ResolvableType> known = properties(owner);
		ResolvableType next = known.entrySet()
			.stream()
			.filter((each) -> each.getKey().replace("-", "").equals(name.getElement(part, Form.UNIFORM)))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
		if (next != null) {
			return meant(name, part + 1, next);
		}
		List<String> close = CloseNames.find(name.getElement(part, Form.DASHED), known.keySet());
		return "Write " + name.chop(part) + "." + (close.isEmpty()
				? "<name>, with one of these names: " + String.join(", ", known.keySet()) : String.join(", or ", close))
				+ ".";
	}

	/**
	 * Return the properties of a class or a record, as Spring Boot binds them.
	 */
	private static Map<String, ResolvableType> properties(Class<?> type) {
		Map<String, ResolvableType> properties = new TreeMap<>();
		if (type.isRecord()) {
			Arrays.stream(type.getRecordComponents())
				.forEach((each) -> properties.put(dashed(each.getName()),
						ResolvableType.forMethodReturnType(each.getAccessor(), type)));
			return properties;
		}
		Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((each) -> each.getReadMethod() != null && !each.getName().equals("class"))
			.forEach((each) -> properties.put(dashed(each.getName()),
					ResolvableType.forMethodReturnType(each.getReadMethod(), type)));
		return properties;
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

}
