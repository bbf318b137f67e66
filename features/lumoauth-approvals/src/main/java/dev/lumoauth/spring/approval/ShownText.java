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

import java.util.stream.IntStream;

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

	private ShownText() {
	}

	/**
	 * Return all of a text that a person approves.
	 * @param text any text
	 * @return all of it, fit to be seen
	 */
	public static String of(String text) {
		return of(text.codePoints());
	}

	private static String of(IntStream codePoints) {
		StringBuilder shown = new StringBuilder();
		codePoints.forEach((each) -> shown.appendCodePoint(isSpace(each) ? ' ' : isVisible(each) ? each : '\uFFFD'));
		return shown.toString();
	}

	/**
	 * Return a text that nobody approves, cut and marked if it is long.
	 * @param text any text
	 * @param max how many characters it may have, the mark included
	 * @return the text, fit to be seen
	 */
	public static String of(String text, int max) {
		String shown = of(text.codePoints().limit(max + 1L));
		if (shown.length() <= max) {
			return shown;
		}
		int end = max - CUT.length();
		// Not in the middle of a pair.
		end -= Character.isHighSurrogate(shown.charAt(end - 1)) ? 1 : 0;
		return shown.substring(0, end) + CUT;
	}

	private static boolean isSpace(int codePoint) {
		return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
	}

	private static boolean isVisible(int codePoint) {
		if (isBlank(codePoint)) {
			return false;
		}
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

	/**
	 * Letters, marks and symbols that show nothing (Default_Ignorable_Code_Point of
	 * Unicode, and the empty Braille pattern).
	 */
	private static boolean isBlank(int codePoint) {
		return switch (codePoint) {
			case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0 -> true;
			default -> (0xFE00 <= codePoint && codePoint <= 0xFE0F) || (0xE0100 <= codePoint && codePoint <= 0xE01EF);
		};
	}

}
