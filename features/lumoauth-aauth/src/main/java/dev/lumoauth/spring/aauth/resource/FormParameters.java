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

package dev.lumoauth.spring.aauth.resource;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a form (Servlet 6.1 section 3.1).
 */
final class FormParameters {

	/** The same limit as Tomcat's. */
	private static final int MAX = 1000;

	private FormParameters() {
	}

	/**
	 * Return the parameters of a query, which is in UTF-8, followed by those of a form.
	 * @throws IllegalStateException if they can't be read
	 */
	static Map<String, String[]> of(@Nullable String query, String form, Charset charset) {
		Map<String, List<String>> all = new LinkedHashMap<>();
		add(all, (query != null) ? query : "", StandardCharsets.UTF_8);
		add(all, form, charset);
		Map<String, String[]> parameters = new LinkedHashMap<>();
		all.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
		return Collections.unmodifiableMap(parameters);
	}

	private static void add(Map<String, List<String>> all, String text, Charset charset) {
		String[] pairs = text.split("&", MAX + 1);
		if (pairs.length > MAX) {
			throw new IllegalStateException("The form has more than " + MAX + " parameters");
		}
		for (String pair : pairs) {
			if (!pair.isEmpty()) {
				String[] parts = pair.split("=", 2);
				all.computeIfAbsent(decode(parts[0], charset), (name) -> new ArrayList<>())
					.add((parts.length == 2) ? decode(parts[1], charset) : "");
			}
		}
	}

	private static String decode(String text, Charset charset) {
		try {
			return URLDecoder.decode(text, charset);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("The form can't be read");
		}
	}

}
