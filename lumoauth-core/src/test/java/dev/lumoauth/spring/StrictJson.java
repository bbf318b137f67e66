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

package dev.lumoauth.spring;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A second opinion on what a JSON document says: RFC 8259 to the letter, in UTF-8, and no
 * name twice in an object. Shares no code with the library under test.
 */
public final class StrictJson {

	private static final int MAX_DEPTH = 1_000;

	private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

	private final String text;

	private int at;

	private int depth;

	private StrictJson(String text) {
		this.text = text;
	}

	/**
	 * Read an object.
	 * @param bytes the document; may begin with a byte order mark, which readers may
	 * ignore (section 8.1)
	 * @return its members, numbers as {@link Num}, or nothing if it is not one object
	 */
	@SuppressWarnings("unchecked")
	public static Optional<Map<String, Object>> object(byte[] bytes) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			StrictJson reader = new StrictJson(text.startsWith("\uFEFF") ? text.substring(1) : text);
			Object value = reader.value();
			reader.blank();
			if (reader.at < reader.text.length() || !(value instanceof Map<?, ?> object)) {
				return Optional.empty();
			}
			return Optional.of((Map<String, Object>) object);
		}
		catch (CharacterCodingException | NoJson ex) {
			return Optional.empty();
		}
	}

	private @Nullable Object value() {
		blank();
		return switch (peek()) {
			case '{' -> nested(this::members);
			case '[' -> nested(this::elements);
			case '"' -> string();
			case 't' -> literal("true", true);
			case 'f' -> literal("false", false);
			case 'n' -> literal("null", null);
			default -> number();
		};
	}

	private Object nested(Reader reader) {
		this.at++;
		if (++this.depth > MAX_DEPTH) {
			throw new NoJson();
		}
		Object value = reader.read();
		this.depth--;
		return value;
	}

	private Map<String, Object> members() {
		Map<String, Object> members = new LinkedHashMap<>();
		if (skip('}')) {
			return members;
		}
		do {
			blank();
			String name = string();
			if (members.containsKey(name) || !skip(':')) {
				throw new NoJson();
			}
			members.put(name, value());
		}
		while (skip(','));
		require('}');
		return members;
	}

	private List<Object> elements() {
		List<Object> elements = new ArrayList<>();
		if (skip(']')) {
			return elements;
		}
		do {
			elements.add(value());
		}
		while (skip(','));
		require(']');
		return elements;
	}

	private String string() {
		require('"');
		StringBuilder string = new StringBuilder();
		for (char c = next(); c != '"'; c = next()) {
			if (c < ' ') {
				throw new NoJson();
			}
			string.append((c == '\\') ? escaped() : c);
		}
		return string.toString();
	}

	private char escaped() {
		char c = next();
		return switch (c) {
			case '"', '\\', '/' -> c;
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> (char) (digit() << 12 | digit() << 8 | digit() << 4 | digit());
			default -> throw new NoJson();
		};
	}

	private int digit() {
		char c = next();
		int digit = (c < 128) ? Character.digit(c, 16) : -1;
		if (digit < 0) {
			throw new NoJson();
		}
		return digit;
	}

	private @Nullable Object literal(String literal, @Nullable Object value) {
		if (!this.text.startsWith(literal, this.at)) {
			throw new NoJson();
		}
		this.at += literal.length();
		return value;
	}

	private Num number() {
		Matcher number = NUMBER.matcher(this.text).region(this.at, this.text.length());
		if (!number.lookingAt()) {
			throw new NoJson();
		}
		this.at = number.end();
		return new Num(number.group());
	}

	private boolean skip(char c) {
		blank();
		boolean found = peek() == c;
		this.at += found ? 1 : 0;
		return found;
	}

	private void require(char c) {
		if (next() != c) {
			throw new NoJson();
		}
	}

	private void blank() {
		while (this.at < this.text.length() && " \t\n\r".indexOf(this.text.charAt(this.at)) >= 0) {
			this.at++;
		}
	}

	private char peek() {
		return (this.at < this.text.length()) ? this.text.charAt(this.at) : '\0';
	}

	private char next() {
		if (this.at == this.text.length()) {
			throw new NoJson();
		}
		return this.text.charAt(this.at++);
	}

	/**
	 * A number as it is written.
	 *
	 * @param text its digits
	 */
	public record Num(String text) {
	}

	private interface Reader {

		Object read();

	}

	private static final class NoJson extends RuntimeException {

		NoJson() {
			super(null, null, false, false);
		}

	}

}
