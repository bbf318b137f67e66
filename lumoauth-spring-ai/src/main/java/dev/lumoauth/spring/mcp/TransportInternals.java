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

package dev.lumoauth.spring.mcp;

import java.lang.reflect.Field;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Reads what the MCP SDK's transports keep to themselves and offer no other way to see.
 * Only at start; a version that has it elsewhere is refused there.
 */
final class TransportInternals {

	private TransportInternals() {
	}

	/**
	 * Read a private field.
	 * @param object the object
	 * @param name the field's name
	 * @param type the field's type
	 * @param <T> the field's type
	 * @return the value
	 */
	static <T> T get(Object object, String name, Class<T> type) {
		Field field = ReflectionUtils.findField(object.getClass(), name);
		if (field != null) {
			ReflectionUtils.makeAccessible(field);
			Object value = ReflectionUtils.getField(field, object);
			if (type.isInstance(value)) {
				return type.cast(value);
			}
		}
		throw unsupported(object, name);
	}

	private static IllegalStateException unsupported(@Nullable Object object, String name) {
		String type = (object != null) ? object.getClass().getName() : "null";
		return new IllegalStateException("This version of the MCP SDK is not supported: " + type + " has no '" + name
				+ "'. Use Spring AI 2.0.1 with the MCP SDK that it brings.");
	}

}
