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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The properties that there are, by the metadata on the class path, which also helps
 * editors to complete them. What is below a map is known by the type of the map's values,
 * if it is a record.
 */
final class KnownProperties {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final Pattern PROPERTY = Pattern
		.compile("\"name\"\\s*:\\s*\"(lumoauth\\.[^\"]+)\",\\s*\"type\"\\s*:\\s*\"([^\"]+)\"");

	private static final Pattern VALUES = Pattern.compile("java\\.util\\.Map<java\\.lang\\.String,([\\w.$]+)>");

	/** The letters of a name that may be wrong, if it is long. */
	private static final int MAX_EDITS = 4;

	private static final String NAMED_AGENT = "lumoauth.agents.*.";

	private final String metadata;

	private final @Nullable ClassLoader classLoader;

	/** Only for a name that is not written as in the metadata. */
	private final SingletonSupplier<List<PropertyPattern>> properties = SingletonSupplier.of(this::parse);

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

	private List<PropertyPattern> parse() {
		List<PropertyPattern> known = new ArrayList<>();
		PROPERTY.matcher(this.metadata).results().forEach((found) -> {
			String name = found.group(1);
			String type = found.group(2);
			Matcher values = VALUES.matcher(type);
			if (values.matches() && ClassUtils.isPresent(values.group(1), this.classLoader)) {
				Class<?> value = ClassUtils.resolveClassName(values.group(1), this.classLoader);
				named(name, ResolvableType.forClassWithGenerics(Map.class, String.class, value)).forEach(known::add);
			}
			else {
				known.add(new PropertyPattern(name, type.startsWith("java.util.") || type.endsWith("[]")));
			}
		});
		// What a feature has for the default agent, it has for a named one.
		FeatureModule.ALL.stream()
			.flatMap((feature) -> feature.settings().stream().map(PropertyPattern::name))
			.filter((setting) -> setting.startsWith(NAMED_AGENT))
			.map((setting) -> setting.substring(NAMED_AGENT.length()))
			.forEach((setting) -> List.copyOf(known)
				.stream()
				.filter((each) -> each.name().startsWith("lumoauth." + setting + "."))
				.forEach((each) -> known
					.add(new PropertyPattern(each.name().replaceFirst("lumoauth\\.", NAMED_AGENT), each.open()))));
		return known;
	}

	private static Stream<PropertyPattern> named(String name, ResolvableType type) {
		Class<?> owner = type.toClass();
		ResolvableType values = type.asMap().getGeneric(1);
		if (values.toClass().isRecord()) {
			return named(name + ".*", values);
		}
		if (owner.isRecord()) {
			return Arrays.stream(owner.getRecordComponents())
				.flatMap((each) -> named(name + "." + dashed(each.getName()),
						ResolvableType.forMethodReturnType(each.getAccessor())));
		}
		return Stream.of(new PropertyPattern(name,
				Map.class.isAssignableFrom(owner) || Collection.class.isAssignableFrom(owner) || owner.isArray()));
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	/**
	 * Return whether there is such a property. To look for a text takes less than to read
	 * all types, and most names are written as in the metadata.
	 */
	boolean has(ConfigurationPropertyName name) {
		return lists(name) || this.properties.obtain().stream().anyMatch((each) -> each.matches(name));
	}

	private boolean lists(ConfigurationPropertyName name) {
		return this.metadata.contains("\"name\": \"" + name + "\"");
	}

	/**
	 * Return whether the metadata has all of these names as they are. It has none that
	 * goes through a map, whose values may need another module.
	 */
	boolean listsAll(Collection<ConfigurationPropertyName> names) {
		for (ConfigurationPropertyName name : names) {
			if (!lists(name)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether there are properties below a name.
	 */
	boolean hasBelow(PropertyPattern name) {
		return this.properties.obtain().stream().anyMatch((each) -> each.name().startsWith(name.name()));
	}

	/**
	 * Return whether a variable of the environment is a property's.
	 */
	boolean hasVariable(String variable) {
		return this.properties.obtain().stream().anyMatch((each) -> each.matches(variable));
	}

	/**
	 * Return the properties that may have been meant by an unknown name.
	 */
	List<String> closeTo(ConfigurationPropertyName name) {
		return close(name.toString(), this.properties.obtain().stream().map((each) -> each.like(name)), MAX_EDITS);
	}

	/**
	 * Return the properties that are close to a variable, which need not be meant for
	 * this library. The last part may lack its first word, as {@code ttl} does for
	 * {@code allow-ttl}.
	 */
	List<String> closeToVariable(String variable) {
		List<String> names = this.properties.obtain().stream().map(PropertyPattern::name).toList();
		List<String> close = close(variable, names.stream(), 2);
		return !close.isEmpty() ? close
				: names.stream()
					.filter((name) -> letters(name.replaceFirst("\\.[a-z]+-([a-z]+)$", "$1")).equals(letters(variable)))
					.toList();
	}

	private static List<String> close(String name, Stream<String> known, int most) {
		String written = letters(name);
		int edits = Math.min(most, Math.max(1, (written.length() - "lumoauth".length()) / 5));
		return known.filter((each) -> !each.contains("*"))
			.distinct()
			.map((each) -> Map.entry(each, edits(written, letters(each))))
			.filter((each) -> each.getValue() <= edits)
			.sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
			.limit(3)
			.map(Map.Entry::getKey)
			.toList();
	}

	private static String letters(String name) {
		return name.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Return how many letters are missing, too many or wrong.
	 */
	private static int edits(String one, String other) {
		int[] before = IntStream.rangeClosed(0, other.length()).toArray();
		for (int i = 1; i <= one.length(); i++) {
			int[] row = new int[other.length() + 1];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int wrong = (one.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0;
				row[j] = Math.min(Math.min(before[j], row[j - 1]) + 1, before[j - 1] + wrong);
			}
			before = row;
		}
		return before[other.length()];
	}

}
