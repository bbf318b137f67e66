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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Values of headers as they are signed (RFC 9421 section 2.1).
 */
final class HeaderValues {

	private static final Pattern FITTING = Pattern.compile("[\\t -~]*");

	private static final Pattern SURROUNDED = Pattern.compile("[\\t ]*((?:[!-~](?:[\\t -~]*[!-~])?)?)[\\t ]*");

	private HeaderValues() {
	}

	/**
	 * Return a value without surrounding blanks.
	 * @return the value; {@code null} if it has a character that a signature base can't
	 * have: a line break could forge lines of the base, and two characters outside of
	 * ASCII could become the same byte
	 */
	static @Nullable String clean(String value) {
		Matcher matcher = SURROUNDED.matcher(value);
		return matcher.matches() ? matcher.group(1) : null;
	}

	/**
	 * Return whether a value can be in a signature base: ASCII, without a line break
	 * (section 2.5).
	 */
	static boolean fits(String value) {
		return FITTING.matcher(value).matches();
	}

}
