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
import java.util.ArrayList;
import java.util.Collection;
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
		if (value instanceof Collection<?> collection) {
			return collection(collection, element);
		}
		if (value instanceof Map<?, ?> map) {
			return map(map, element);
		}
		if (value instanceof Object[] array) {
			return array(array, element);
		}
		if (value instanceof Optional<?> optional && optional.isPresent()) {
			Object mapped = element.apply(optional.get());
			return (mapped != optional.get()) ? Optional.of(mapped) : value;
		}
		return value;
	}

	private static Object collection(Collection<?> collection, UnaryOperator<Object> element) {
		List<Object> mapped = new ArrayList<>(collection.size());
		boolean changed = false;
		for (Object each : collection) {
			Object replacement = (each != null) ? element.apply(each) : null;
			changed |= replacement != each;
			mapped.add(replacement);
		}
		if (!changed) {
			return collection;
		}
		if (collection instanceof List<?>) {
			return Collections.unmodifiableList(mapped);
		}
		if (collection instanceof Set<?>) {
			return Collections.unmodifiableSet(new LinkedHashSet<>(mapped));
		}
		throw new GuardConfigurationException(
				"A bean of class " + collection.getClass().getName()
						+ " holds tools that require a capability or act for the user.",
				"Let the @Bean method return a List, a Set, or a ToolCallbackProvider.");
	}

	private static Object map(Map<?, ?> map, UnaryOperator<Object> element) {
		Map<Object, Object> mapped = new LinkedHashMap<>();
		boolean changed = false;
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			Object key = (entry.getKey() != null) ? element.apply(entry.getKey()) : null;
			Object value = (entry.getValue() != null) ? element.apply(entry.getValue()) : null;
			changed |= key != entry.getKey() || value != entry.getValue();
			mapped.put(key, value);
		}
		return changed ? Collections.unmodifiableMap(mapped) : map;
	}

	private static Object array(Object[] array, UnaryOperator<Object> element) {
		Object mapped = Array.newInstance(array.getClass().getComponentType(), array.length);
		boolean changed = false;
		for (int i = 0; i < array.length; i++) {
			Object replacement = (array[i] != null) ? element.apply(array[i]) : null;
			changed |= replacement != array[i];
			if (replacement != null && !array.getClass().getComponentType().isInstance(replacement)) {
				throw new GuardConfigurationException(
						"A bean is an array of " + array.getClass().getComponentType().getName()
								+ " whose elements require a capability or act for the user.",
						"Let the @Bean method return a ToolCallback[] or a ToolCallbackProvider.");
			}
			Array.set(mapped, i, replacement);
		}
		return changed ? mapped : array;
	}

}
