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

import dev.lumoauth.spring.guard.CanonicalJson;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The text that tells a person about a call, with placeholders for the call's arguments.
 */
record ReasonTemplate(String text) {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

	private static final Pattern NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$-]*+(?:\\.[\\p{L}\\p{N}_$-]++)*+");

	private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}._@:/+?-]*");

	ReasonTemplate {
		text = text.strip();
		Matcher found = PLACEHOLDER.matcher(text);
		while (found.find()) {
			if (!NAME.matcher(found.group(1)).matches()) {
				throw new IllegalArgumentException("its 'reason' has the placeholder {" + found.group(1)
						+ "}, which can't be the name of an argument");
			}
		}
		int length = PLACEHOLDER.matcher(text).replaceAll("").length();
		if (length > ShownText.MAX_REASON) {
			throw new IllegalArgumentException("its 'reason' has " + length
					+ " characters without the arguments, and LumoAuth accepts at most " + ShownText.MAX_REASON);
		}
	}

	/**
	 * Return the names of the arguments in the template.
	 */
	Set<String> names() {
		Set<String> names = new LinkedHashSet<>();
		Matcher found = PLACEHOLDER.matcher(this.text);
		while (found.find()) {
			String path = found.group(1);
			names.add(path.contains(".") ? path.substring(0, path.indexOf('.')) : path);
		}
		return names;
	}

	/**
	 * Fill in the arguments. A value can't look like something else: invisible characters
	 * are replaced. Nothing is cut, so the text can be longer than
	 * {@link ShownText#MAX_REASON}.
	 */
	String fill(Map<String, @Nullable Object> arguments) {
		String filled = PLACEHOLDER.matcher(this.text)
			.replaceAll((found) -> Matcher.quoteReplacement(quoted(ShownText.of(value(found.group(1), arguments)))));
		return ShownText.of(filled);
	}

	/**
	 * The quotes keep a value of several words from looking like a part of the reason.
	 */
	private static String quoted(String value) {
		return PLAIN.matcher(value).matches() ? value : '"' + value.replace('"', '\'') + '"';
	}

	private static String value(String path, Map<String, @Nullable Object> arguments) {
		Object value = arguments;
		for (String name : path.split("\\.", -1)) {
			value = (value instanceof Map<?, ?> map) ? map.get(name) : null;
		}
		return (value == null) ? "?" : CanonicalJson.text(value);
	}

	@Override
	public String toString() {
		return this.text;
	}

}
