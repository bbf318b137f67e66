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

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The beginning of a text that came from outside, fit for a log line or a message: cut,
 * on one line, and without the secrets of the request that it answers.
 *
 * @since 0.1.0
 */
public final class Excerpt {

	static final int LENGTH = 200;

	/**
	 * Anything that looks like a JSON Web Token (RFC 7519 section 3), whoever it belongs
	 * to.
	 */
	private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{5}[A-Za-z0-9_.-]*+");

	private Excerpt() {
	}

	/**
	 * Return the beginning of a text.
	 * @param text the text
	 * @return at most 200 of its characters; those that can't be seen are escaped, and
	 * what looks like a token is masked
	 */
	public static String of(String text) {
		return of(text, List.of());
	}

	static String of(String text, Collection<String> secrets) {
		// Before the text is cut, because the cut could leave half of a secret.
		String masked = text;
		for (String secret : secrets) {
			masked = masked.replace(secret, "***");
		}
		masked = TOKEN.matcher(masked).replaceAll("***");
		boolean cut = masked.codePointCount(0, masked.length()) > LENGTH;
		StringBuilder excerpt = new StringBuilder();
		masked.codePoints().limit(LENGTH).forEach((codePoint) -> append(excerpt, codePoint));
		return cut ? excerpt + "…" : excerpt.toString();
	}

	private static void append(StringBuilder excerpt, int codePoint) {
		switch (codePoint) {
			case '\n' -> excerpt.append("\\n");
			case '\r' -> excerpt.append("\\r");
			case '\t' -> excerpt.append("\\t");
			default -> {
				if (isInvisible(codePoint)) {
					Character.toString(codePoint).chars().forEach((c) -> excerpt.append(String.format("\\u%04x", c)));
				}
				else {
					excerpt.appendCodePoint(codePoint);
				}
			}
		}
	}

	private static boolean isInvisible(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				true;
			default -> false;
		};
	}

}
