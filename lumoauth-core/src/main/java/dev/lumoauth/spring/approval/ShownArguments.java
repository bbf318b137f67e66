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

package dev.lumoauth.spring.approval;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call as a person sees them: those that are redacted hidden, at
 * whatever depth, and long texts cut and marked.
 */
final class ShownArguments {

	private static final String HIDDEN = "(hidden)";

	private static final int MAX_TEXT = 1_000;

	private static final int MAX_ELEMENTS = 100;

	private ShownArguments() {
	}

	/**
	 * Return the arguments as a person sees them.
	 * @param first the names of the arguments that come before all others, so that others
	 * don't cause them to be cut
	 */
	static Map<String, @Nullable Object> of(Map<String, @Nullable Object> arguments, Set<String> redacted,
			Collection<String> first) {
		Map<String, @Nullable Object> sorted = new LinkedHashMap<>();
		first.stream().filter(arguments::containsKey).forEach((name) -> sorted.put(name, arguments.get(name)));
		arguments.forEach(sorted::putIfAbsent);
		return object(sorted, hidden(redacted));
	}

	/**
	 * Return all arguments, to be filled into a text: only those that are redacted are
	 * hidden.
	 */
	static Map<String, @Nullable Object> uncut(Map<String, @Nullable Object> arguments, Set<String> redacted) {
		return uncutObject(arguments, hidden(redacted));
	}

	private static Map<String, @Nullable Object> uncutObject(Map<?, ?> values, Set<String> hidden) {
		Map<String, @Nullable Object> uncut = new LinkedHashMap<>();
		values.forEach((name, value) -> {
			String text = String.valueOf(name);
			uncut.put(text, hidden.contains(lettersAndDigits(text)) ? HIDDEN : uncut(value, hidden));
		});
		return uncut;
	}

	private static @Nullable Object uncut(@Nullable Object value, Set<String> hidden) {
		if (value instanceof Map<?, ?> map) {
			return uncutObject(map, hidden);
		}
		return (value instanceof Collection<?> values)
				? values.stream().<@Nullable Object>map((each) -> uncut(each, hidden)).collect(Collectors.toList())
				: value;
	}

	private static Set<String> hidden(Set<String> redacted) {
		return redacted.stream().map(ShownArguments::lettersAndDigits).collect(Collectors.toSet());
	}

	private static Map<String, @Nullable Object> object(Map<?, ?> values, Set<String> hidden) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>();
		values.forEach((name, value) -> {
			if (shown.size() < MAX_ELEMENTS) {
				String text = String.valueOf(name);
				shown.put(free(ShownText.of(text, MAX_TEXT), shown),
						hidden.contains(lettersAndDigits(text)) ? HIDDEN : shown(value, hidden));
			}
			else {
				shown.put("…", values.size() - MAX_ELEMENTS + " more (cut)");
			}
		});
		return shown;
	}

	/**
	 * Two names that look alike stay two names.
	 */
	private static String free(String name, Map<String, @Nullable Object> shown) {
		String free = name;
		for (int i = 2; shown.containsKey(free); i++) {
			free = name + " (" + i + ")";
		}
		return free;
	}

	private static @Nullable Object shown(@Nullable Object value, Set<String> hidden) {
		if (value instanceof Map<?, ?> map) {
			return object(map, hidden);
		}
		if (value instanceof Collection<?> values) {
			var shown = values.stream()
				.limit(MAX_ELEMENTS)
				.<@Nullable Object>map((each) -> shown(each, hidden))
				.collect(Collectors.toList());
			if (values.size() > MAX_ELEMENTS) {
				shown.add(values.size() - MAX_ELEMENTS + " more (cut)");
			}
			return shown;
		}
		return (value instanceof CharSequence text) ? ShownText.of(text.toString(), MAX_TEXT) : value;
	}

	private static String lettersAndDigits(String name) {
		return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
	}

}
