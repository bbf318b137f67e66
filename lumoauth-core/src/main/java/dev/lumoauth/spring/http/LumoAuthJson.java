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

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes JSON objects strictly: two fields with the same name, anything after
 * the object, or an encoding other than UTF-8 is an error (RFC 8259 sections 4 and 8.1).
 * Not the application's own mapper, whose settings are made for other purposes.
 *
 * @since 0.1.0
 */
public final class LumoAuthJson {

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
	};

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private LumoAuthJson() {
	}

	/**
	 * Read an object.
	 * @param json the text, in UTF-8
	 * @return its fields in their order; a value may be {@code null}
	 * @throws IllegalArgumentException if it is not one JSON object. The message quotes
	 * nothing of it
	 */
	public static Map<String, Object> read(byte[] json) {
		try {
			// Jackson alone would guess the encoding, and accept invalid characters.
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
			Map<String, Object> fields = MAPPER.readValue(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text,
					OBJECT);
			if (fields == null) {
				throw new IllegalArgumentException("not a JSON object");
			}
			return fields;
		}
		catch (CharacterCodingException | JacksonException ex) {
			// Without the cause: Jackson's messages quote the text that they could not
			// read.
			throw new IllegalArgumentException("not a JSON object");
		}
	}

	/**
	 * Write an object.
	 * @param fields its fields
	 * @return the text, in UTF-8
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 */
	public static byte[] write(Map<String, ?> fields) {
		try {
			return MAPPER.writeValueAsBytes(fields);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("A value can't be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Write a list with one object in it.
	 * @param fields the object's fields
	 * @return the text
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 */
	public static String writeList(Map<String, ?> fields) {
		return "[" + new String(write(fields), StandardCharsets.UTF_8) + "]";
	}

}
