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

package dev.lumoauth.devserver.aauth;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.StringUtils;

/**
 * The JSON object of a request.
 *
 * @param json the object
 */
record JsonBody(JsonNode json) {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	static JsonBody of(byte[] body) {
		JsonNode json = null;
		try {
			json = JSON.readTree(body);
		}
		catch (JacksonException ex) {
			// Its message repeats the body, and the tokens in it.
		}
		if (json == null || !json.isObject()) {
			throw AAuthErrors.invalidRequest("The body is not a JSON object");
		}
		return new JsonBody(json);
	}

	@Nullable String text(String name) {
		JsonNode value = this.json.get(name);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isString()) {
			throw AAuthErrors.invalidRequest("'%s' is not a text".formatted(name));
		}
		return StringUtils.hasText(value.asString()) ? value.asString() : null;
	}

	String required(String name) {
		String text = text(name);
		if (text == null) {
			throw AAuthErrors.invalidRequest("'%s' is missing".formatted(name));
		}
		return text;
	}

	/**
	 * Returns the scopes of a member, which are separated by blanks.
	 */
	Set<String> scopes() {
		return scopes(text("scope"));
	}

	static Set<String> scopes(@Nullable String text) {
		return (text == null) ? Set.of() : Collections
			.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(StringUtils.tokenizeToStringArray(text, " "))));
	}

}
