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

package dev.lumoauth.spring.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A challenge of {@code WWW-Authenticate} (RFC 9110 section 11.6.1).
 *
 * @param scheme the scheme, in lower case
 * @param parameters the parameters by their names in lower case; the value of a parameter
 * that is repeated is none that a challenge can have
 */
public record Challenge(String scheme, Map<String, String> parameters) {

	private static final int MAX_HEADER = 8_192;

	/** Neither a token nor a quoted string. */
	private static final String TWICE = "\\";

	/**
	 * The name of a scheme, or an auth-param with a quoted string or a token. Each
	 * element begins where the previous one ended, so the time stays linear.
	 */
	private static final Pattern ELEMENT = Pattern
		.compile("\\G[ \\t,]*+([!#$%&'*+.^_`|~0-9A-Za-z-]++)(?:[ \\t]*+=[ \\t]*+"
				+ "(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]++))(?=[ \\t]*+(?:,|$))|(?=[ \\t,]|$))");

	/**
	 * Read the challenges of an answer. A value that can't be read to its end has none.
	 * @param authenticate the values of {@code WWW-Authenticate}, which are untrusted
	 * @return the challenges
	 */
	public static List<Challenge> of(List<String> authenticate) {
		List<Challenge> challenges = new ArrayList<>();
		authenticate.forEach((header) -> challenges.addAll(of(header)));
		return challenges;
	}

	private static List<Challenge> of(String header) {
		if (header.length() > MAX_HEADER) {
			return List.of();
		}
		List<Challenge> challenges = new ArrayList<>();
		Matcher elements = ELEMENT.matcher(header);
		int end = 0;
		while (elements.find()) {
			end = elements.end();
			String name = elements.group(1).toLowerCase(Locale.ROOT);
			String value = (elements.group(2) != null) ? elements.group(2) : elements.group(3);
			if (value == null) {
				challenges.add(new Challenge(name, new HashMap<>()));
			}
			else if (!challenges.isEmpty()) {
				challenges.get(challenges.size() - 1).parameters.merge(name, value, (first, second) -> TWICE);
			}
		}
		return header.substring(end).matches("[ \\t,]*") ? challenges : List.of();
	}

	/**
	 * Return whether it is about an error.
	 * @param scheme the scheme, in lower case
	 * @param error the code of the error
	 * @return whether the challenge is of that scheme and has that error
	 */
	public boolean is(String scheme, String error) {
		return this.scheme.equals(scheme) && error.equals(this.parameters.get("error"));
	}

}
