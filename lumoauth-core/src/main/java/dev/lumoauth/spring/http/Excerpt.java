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
import java.util.stream.Collectors;

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

	/** Characters that can't be seen, or that begin another line. */
	private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

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

	/**
	 * Return the beginning of a text.
	 * @param text the text
	 * @param secrets what is masked as well
	 * @return as {@link #of(String)}
	 */
	public static String of(String text, Collection<String> secrets) {
		// Before the text is cut, because the cut could leave half of a secret.
		String masked = text;
		for (String secret : secrets) {
			masked = masked.replace(secret, "***");
		}
		masked = TOKEN.matcher(masked).replaceAll("***");
		if (masked.codePointCount(0, masked.length()) > LENGTH) {
			masked = masked.substring(0, masked.offsetByCodePoints(0, LENGTH)) + "…";
		}
		return HIDDEN.matcher(masked)
			.replaceAll((hidden) -> hidden.group()
				.chars()
				.mapToObj((character) -> String.format("\\\\u%04x", character))
				.collect(Collectors.joining()));
	}

}
