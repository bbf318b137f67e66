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

import java.lang.ref.Reference;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * The elements of the JDK's containers. For other classes, whose iterator may be a
 * request to a database or to a cluster, the fields show the elements.
 */
final class Elements {

	private Elements() {
	}

	/**
	 * Return whether an object is a container, known or not.
	 */
	static boolean isContainer(Object value) {
		return value instanceof Collection<?> || value instanceof Map<?, ?> || of(value) != null;
	}

	/**
	 * Return the elements of a container.
	 * @param value any object
	 * @return the elements; for a map, its keys and values; {@code null} if the object is
	 * not a container, or if its class is not known
	 */
	static @Nullable Iterable<?> of(Object value) {
		if (value instanceof Collection<?> collection) {
			return isKnown(value.getClass()) ? collection : null;
		}
		if (value instanceof Map<?, ?> map) {
			return isKnown(value.getClass()) ? List.of(map.values(), map.keySet()) : null;
		}
		if (value instanceof Object[] array) {
			return Arrays.asList(array);
		}
		if (value instanceof Optional<?> optional) {
			return optional.stream().toList();
		}
		if (value instanceof Map.Entry<?, ?> entry) {
			return Arrays.asList(entry.getKey(), entry.getValue());
		}
		return ofReference(value);
	}

	private static @Nullable Iterable<?> ofReference(Object value) {
		if (value instanceof AtomicReference<?> reference) {
			return Arrays.asList(reference.get());
		}
		if (value instanceof AtomicReferenceArray<?> array) {
			return IntStream.range(0, array.length()).mapToObj(array::get).toList();
		}
		if (value instanceof Reference<?> reference) {
			return Arrays.asList(reference.get());
		}
		if (value instanceof CompletableFuture<?> future) {
			return (future.isDone() && !future.isCompletedExceptionally()) ? Arrays.asList(future.join()) : List.of();
		}
		return null;
	}

	/**
	 * Includes classes that extend a class of the JDK, if that class holds the elements
	 * itself.
	 */
	private static boolean isKnown(Class<?> type) {
		String name = type.getName();
		if (name.startsWith("java.util.")) {
			return true;
		}
		if (name.startsWith("kotlin.collections.") || name.startsWith("com.google.common.collect.")
				|| name.startsWith("org.springframework.util.")) {
			return true;
		}
		for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
			if (each.getName().startsWith("java.util.") && !Modifier.isAbstract(each.getModifiers())) {
				return true;
			}
		}
		return false;
	}

}
