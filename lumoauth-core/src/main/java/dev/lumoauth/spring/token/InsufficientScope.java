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

package dev.lumoauth.spring.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.util.StringUtils;

/**
 * Reads the scopes that a server requires, with the error {@code insufficient_scope} of
 * its {@code WWW-Authenticate} (RFC 6750 section 3).
 *
 * @since 0.1.0
 */
public final class InsufficientScope {

	/** More than any server has reason to ask for. The header is untrusted input. */
	private static final int MAX_SCOPES = 32;

	private static final int MAX_HEADER = 8_192;

	/** Marks a repeated parameter. It is neither an error nor a scope. */
	private static final String TWICE = "\\";

	/**
	 * The name of a scheme, or an auth-param with a quoted string or a token (RFC 9110
	 * section 11.6.1). Each element begins where the previous one ended, so the time
	 * stays linear.
	 */
	private static final Pattern ELEMENT = Pattern
		.compile("\\G[ \\t,]*+([!#$%&'*+.^_`|~0-9A-Za-z-]++)(?:[ \\t]*+=[ \\t]*+"
				+ "(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]++))(?=[ \\t]*+(?:,|$))|(?=[ \\t,]|$))");

	/** RFC 6749 section 3.3, and no longer than LumoAuth's names. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");

	private InsufficientScope() {
	}

	/**
	 * Read the first challenge that names scopes.
	 * @param authenticate the values of {@code WWW-Authenticate}
	 * @return the scopes in their order; empty if none are named
	 */
	public static Set<String> of(List<String> authenticate) {
		return authenticate.stream()
			.map(InsufficientScope::insufficient)
			.filter((scopes) -> !scopes.isEmpty())
			.findFirst()
			.orElse(Set.of());
	}

	/**
	 * Read one header, which may hold several challenges. A challenge with a repeated
	 * parameter, or one that can't be read to its end, is ignored.
	 */
	private static Set<String> insufficient(String header) {
		if (header.length() > MAX_HEADER) {
			return Set.of();
		}
		List<Map<String, String>> bearers = new ArrayList<>();
		Map<String, String> parameters = new HashMap<>();
		Matcher elements = ELEMENT.matcher(header);
		int end = 0;
		while (elements.find()) {
			end = elements.end();
			String name = elements.group(1).toLowerCase(Locale.ROOT);
			String value = (elements.group(2) != null) ? elements.group(2) : elements.group(3);
			if (value != null) {
				parameters.merge(name, value, (first, second) -> TWICE);
				continue;
			}
			parameters = new HashMap<>();
			if (name.equals("bearer")) {
				bearers.add(parameters);
			}
		}
		if (!header.substring(end).matches("[ \\t,]*")) {
			return Set.of();
		}
		return bearers.stream()
			.filter((bearer) -> "insufficient_scope".equals(bearer.get("error")))
			.map((bearer) -> scopes(bearer.getOrDefault("scope", "")))
			.filter((scopes) -> !scopes.isEmpty())
			.findFirst()
			.orElse(Set.of());
	}

	private static Set<String> scopes(String value) {
		Set<String> scopes = new LinkedHashSet<>();
		for (String scope : StringUtils.tokenizeToStringArray(value, " ")) {
			if (!SCOPE.matcher(scope).matches() || scopes.size() == MAX_SCOPES) {
				return Set.of();
			}
			scopes.add(scope);
		}
		return scopes;
	}

}
