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

import java.util.regex.Pattern;

/**
 * A text that can't deceive its reader: one line, without invisible characters or
 * characters that change the direction of the text.
 *
 * @since 0.1.0
 */
public final class ShownText {

	/** The longest reason for a request that LumoAuth accepts, in characters. */
	public static final int MAX_REASON = 480;

	private static final String CUT = "… (cut)";

	private static final Pattern SPACE = Pattern.compile("[\\p{javaWhitespace}\\p{Z}]");

	/**
	 * Also letters, marks and symbols that show nothing: Default_Ignorable_Code_Point of
	 * Unicode, and the empty Braille pattern.
	 */
	private static final Pattern INVISIBLE = Pattern
		.compile("[\\p{C}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180D\\u180F\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0F"
				+ "\\x{E0100}-\\x{E01EF}]");

	private ShownText() {
	}

	/**
	 * Return all of a text that a person approves.
	 * @param text any text
	 * @return all of it, fit to be seen
	 */
	public static String of(String text) {
		return INVISIBLE.matcher(SPACE.matcher(text).replaceAll(" ")).replaceAll("\uFFFD");
	}

	/**
	 * Return a text that nobody approves, cut and marked if it is long.
	 * @param text any text
	 * @param max how many characters it may have, the mark included
	 * @return the text, fit to be seen
	 */
	public static String of(String text, int max) {
		String shown = of(text);
		if (shown.length() <= max) {
			return shown;
		}
		int end = max - CUT.length();
		// Not in the middle of a pair.
		end -= Character.isHighSurrogate(shown.charAt(end - 1)) ? 1 : 0;
		return shown.substring(0, end) + CUT;
	}

}
