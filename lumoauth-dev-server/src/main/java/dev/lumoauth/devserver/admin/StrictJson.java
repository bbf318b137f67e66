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

package dev.lumoauth.devserver.admin;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;

import dev.lumoauth.devserver.web.ApiException;

/**
 * Reads the bodies of the admin API and refuses unknown names. Otherwise a misspelled
 * limit would be ignored. LumoAuth's own resources are lenient.
 */
final class StrictJson {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	private StrictJson() {
	}

	static <T> T read(String body, Class<T> type) {
		try {
			return JSON.readValue(body, type);
		}
		catch (UnrecognizedPropertyException ex) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "validation_error",
					"'%s' is not one of %s".formatted(ex.getPropertyName(), ex.getKnownPropertyIds()));
		}
		catch (ValueInstantiationException ex) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "validation_error",
					String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage()));
		}
		catch (DatabindException ex) {
			// Its message names types of Java.
			throw ApiException.api(HttpStatus.BAD_REQUEST, "invalid_json",
					"The body is not a JSON object of the expected form"
							+ (ex.getPath().isEmpty() ? "" : ": see " + ex.getPath().get(0).getPropertyName()));
		}
		catch (JacksonException ex) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "invalid_json",
					"The body is not a JSON object of the expected form: " + ex.getOriginalMessage());
		}
	}

}
