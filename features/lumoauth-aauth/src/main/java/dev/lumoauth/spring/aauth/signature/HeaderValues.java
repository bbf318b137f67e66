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

package dev.lumoauth.spring.aauth.signature;

import org.jspecify.annotations.Nullable;

/**
 * Values of headers as they are signed (RFC 9421 section 2.1).
 */
final class HeaderValues {

	private HeaderValues() {
	}

	/**
	 * Return a value without surrounding blanks.
	 * @return the value; {@code null} if it has a character that a signature base can't
	 * have: a line break could forge lines of the base, and two characters outside of
	 * ASCII could become the same byte
	 */
	static @Nullable String clean(String value) {
		int start = 0;
		int end = value.length();
		while (start < end && isBlank(value.charAt(start))) {
			start++;
		}
		while (end > start && isBlank(value.charAt(end - 1))) {
			end--;
		}
		String trimmed = value.substring(start, end);
		return fits(trimmed) ? trimmed : null;
	}

	/**
	 * Return whether a value can be in a signature base: ASCII, without a line break
	 * (section 2.5).
	 */
	static boolean fits(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if ((c < ' ' && c != '\t') || c > '~') {
				return false;
			}
		}
		return true;
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\t';
	}

}
