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

package dev.lumoauth.devserver.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What exactly will run, as a table for the person who decides. There is a row for each
 * value, including values of nested objects. Invisible characters are shown, and nothing
 * is cut: {@link dev.lumoauth.devserver.approval.Asked} limits the length of a request.
 */
final class ShownArguments {

	private static final int MAX_DEPTH = 5;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private ShownArguments() {
	}

	static Map<String, String> of(Map<String, Object> details) {
		Map<String, String> rows = new LinkedHashMap<>();
		add(rows, "", details, 0);
		return rows;
	}

	private static void add(Map<String, String> rows, String name, @Nullable Object value, int depth) {
		if (value instanceof Map<?, ?> map && !map.isEmpty() && depth < MAX_DEPTH) {
			map.forEach((key, entry) -> add(rows, name.isEmpty() ? String.valueOf(key) : name + "." + key, entry,
					depth + 1));
		}
		else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance) && depth < MAX_DEPTH) {
			for (int i = 0; i < list.size(); i++) {
				add(rows, "%s[%d]".formatted(name, i), list.get(i), depth + 1);
			}
		}
		else {
			rows.merge(visible(name), text(value), (first, second) -> first + ", " + second);
		}
	}

	private static String text(@Nullable Object value) {
		if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
			return visible(String.join(", ", list.stream().map(String::valueOf).toList()));
		}
		return visible((value instanceof String text) ? text : JSON.writeValueAsString(value));
	}

	/**
	 * Makes control characters visible, and characters that reverse the text or have no
	 * width, such as {@code <U+202E>}.
	 */
	static String visible(String text) {
		StringBuilder shown = new StringBuilder();
		text.codePoints().forEach((c) -> {
			if (c == '\n' || !isInvisible(c)) {
				shown.appendCodePoint(c);
			}
			else {
				shown.append("<U+%04X>".formatted(c));
			}
		});
		return shown.toString();
	}

	private static boolean isInvisible(int c) {
		int type = Character.getType(c);
		return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE
				|| type == Character.PRIVATE_USE || type == Character.UNASSIGNED || type == Character.LINE_SEPARATOR
				|| type == Character.PARAGRAPH_SEPARATOR || isBlank(c);
	}

	/**
	 * Letters, marks and symbols that show nothing (Default_Ignorable_Code_Point of
	 * Unicode, and the empty Braille pattern).
	 */
	private static boolean isBlank(int c) {
		return switch (c) {
			case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0 -> true;
			default -> (0xFE00 <= c && c <= 0xFE0F) || (0xE0100 <= c && c <= 0xE01EF);
		};
	}

}
