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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Array;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.ToolTypes;

/**
 * Creates a copy of a container with other elements. The copy can't be changed, because
 * elements that are added later would not be guarded.
 */
final class Containers {

	private Containers() {
	}

	/**
	 * Exchange the elements of a container.
	 * @param value any object
	 * @param element returns the replacement of an element: the same object, or another
	 * one
	 * @return the same object if it is not a container, or if every element stays
	 * @throws GuardConfigurationException if the container can't be copied
	 */
	static Object map(Object value, UnaryOperator<Object> element) {
		if (!ToolTypes.hasTool(value)) {
			return value;
		}
		if (value instanceof Map<?, ?> map && !ToolTypes.hasTool(map.keySet())) {
			Map<Object, Object> mapped = new LinkedHashMap<>();
			map.forEach((key, each) -> mapped.put(key, (each != null) ? element.apply(each) : null));
			return mapped.equals(map) ? map : Collections.unmodifiableMap(mapped);
		}
		List<Object> elements = ToolTypes.elements(value);
		List<Object> mapped = elements.stream().map(element).toList();
		return mapped.equals(elements) ? value : copy(value, mapped);
	}

	private static Object copy(Object container, List<Object> elements) {
		if (container instanceof List<?>) {
			return elements;
		}
		if (container instanceof Set<?>) {
			return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
		}
		if (container instanceof Optional<?>) {
			return Optional.of(elements.get(0));
		}
		try {
			if (container instanceof Object[] array) {
				return elements.toArray((Object[]) Array.newInstance(array.getClass().getComponentType(), 0));
			}
		}
		catch (ArrayStoreException ex) {
			// Refused below.
		}
		throw new GuardConfigurationException(
				"An object of class " + container.getClass().getTypeName()
						+ " holds tools that require a capability or act for the user, and can't hold guarded tools.",
				"Let the method that returns it return a List, a Set, a ToolCallback[] or a ToolCallbackProvider.");
	}

}
