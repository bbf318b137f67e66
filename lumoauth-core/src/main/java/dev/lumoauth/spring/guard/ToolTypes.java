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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Recognizes the types that the tool guards handle: those that a {@link ToolFramework}
 * knows, and containers of them.
 *
 * @since 0.1.0
 */
public final class ToolTypes {

	static final List<ToolFramework> FRAMEWORKS = SpringFactoriesLoader
		.forDefaultResourceLocation(ToolTypes.class.getClassLoader())
		.load(ToolFramework.class);

	private static final Map<Class<?>, Boolean> KNOWN = new ConcurrentReferenceHashMap<>();

	private ToolTypes() {
	}

	/**
	 * Return whether objects of a class are tools, or give out tools.
	 * @param type a class
	 * @return whether it is one of those types, or extends one
	 */
	public static boolean isTool(@Nullable Class<?> type) {
		if (type == null || type == Object.class) {
			return false;
		}
		Boolean known = KNOWN.get(type);
		if (known == null) {
			known = isOfFramework(type) || isTool(type.getSuperclass()) || isAnyTool(type.getInterfaces());
			KNOWN.put(type, known);
		}
		return known;
	}

	/**
	 * By index: this runs for each class of a bean, before anything is compiled.
	 */
	private static boolean isOfFramework(Class<?> type) {
		for (int i = 0; i < FRAMEWORKS.size(); i++) {
			if (FRAMEWORKS.get(i).isTool(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Refuse to start if nobody has told of the tools that an entry point guards.
	 * @param type the framework's type of tools
	 * @throws GuardConfigurationException if tools of this type would not be recognized
	 */
	public static void requireKnown(Class<?> type) {
		if (!isTool(type)) {
			throw new GuardConfigurationException(
					"Beans of type " + type.getName() + " would not be guarded: no module tells that they are tools.",
					"Add the line for " + ToolFramework.class.getName() + " of the module that guards them to "
							+ "META-INF/spring.factories. If several jars are put together to one, append these "
							+ "files instead of choosing one of them.");
		}
	}

	/**
	 * Return whether a framework finds a method by its annotation and calls it as a tool.
	 * @param method the method
	 * @return whether one does
	 */
	public static boolean isTool(Method method) {
		return FRAMEWORKS.stream().anyMatch((framework) -> framework.isTool(method));
	}

	/**
	 * Return whether a parameter is not an argument of a call, but an object that a
	 * framework passes to its tools.
	 * @param type the class of the parameter
	 * @return whether a framework passes it
	 */
	public static boolean isHandedOver(Class<?> type) {
		return FRAMEWORKS.stream().anyMatch((framework) -> framework.isHandedOver(type));
	}

	/**
	 * Return what the caller chose of an object that a framework passes to a tool in
	 * addition to the arguments.
	 * @param handedOver the object
	 * @return the caller's values; {@code null} if the caller chose nothing of it
	 */
	public static @Nullable Object chosenIn(Object handedOver) {
		return FRAMEWORKS.stream()
			.map((framework) -> framework.chosenIn(handedOver))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static boolean isAnyTool(Class<?>[] types) {
		for (Class<?> type : types) {
			if (isTool(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a tool is called through a method, or gives out tools through it.
	 * The guard around tools guards such a method, and no other method of the class.
	 * @param method a method
	 * @param type the class of the object
	 * @return whether the method implements one of a tool's interface
	 */
	public static boolean isToolMethod(Method method, Class<?> type) {
		return isTool(type) && ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.filter(ToolTypes::isOfFramework)
			.anyMatch((contract) -> ReflectionUtils.findMethod(contract, method.getName(),
					method.getParameterTypes()) != null);
	}

	/**
	 * Return whether an object is a tool, or a container that has one in it.
	 * @param object any object
	 * @return whether there is one, at whatever depth
	 */
	public static boolean hasTool(@Nullable Object object) {
		return object != null && find(object, ToolTypes::isTool) != null;
	}

	/**
	 * Find an object of some class in a container.
	 * @param object the object, which may be a container
	 * @param which the classes to look for
	 * @return the object itself or an element, at whatever depth; {@code null} if there
	 * is none
	 */
	public static @Nullable Object find(Object object, Predicate<Class<?>> which) {
		return find(object, which, Collections.newSetFromMap(new IdentityHashMap<>()));
	}

	/**
	 * A container may contain itself.
	 */
	private static @Nullable Object find(Object object, Predicate<Class<?>> which, Set<Object> seen) {
		if (which.test(object.getClass())) {
			return object;
		}
		if (isContainer(object.getClass()) && seen.add(object)) {
			for (Object element : elements(object)) {
				Object found = find(element, which, seen);
				if (found != null) {
					return found;
				}
			}
		}
		return null;
	}

	/**
	 * Return whether a declared type mentions tools.
	 * @param type a type with its arguments
	 * @return whether it, its component or one of its arguments is a tool
	 */
	public static boolean speaksOfTools(ResolvableType type) {
		return speaksOfTools(type, new HashSet<>());
	}

	/**
	 * A type may be bounded by itself, as in {@code T extends Comparable<T>}.
	 */
	private static boolean speaksOfTools(ResolvableType type, Set<Type> seen) {
		if (isTool(type.resolve())) {
			return true;
		}
		if (type.isArray()) {
			return speaksOfTools(type.getComponentType(), seen);
		}
		return type.hasGenerics() && seen.add(type.getType())
				&& Arrays.stream(type.getGenerics()).anyMatch((each) -> speaksOfTools(each, seen));
	}

	/**
	 * Return an empty container that stays empty, in the place of one that may not.
	 * @param object any object
	 * @return the container, or {@code null} if the object is not an empty container
	 */
	public static @Nullable Object emptied(Object object) {
		if (object instanceof List<?> list && list.isEmpty()) {
			return List.of();
		}
		if (object instanceof Set<?> set && set.isEmpty()) {
			return Set.of();
		}
		if (object instanceof Map<?, ?> map && map.isEmpty()) {
			return Map.of();
		}
		boolean empty = (object instanceof Optional<?> optional && optional.isEmpty())
				|| (object instanceof Object[] array && array.length == 0);
		return empty ? object : null;
	}

	/**
	 * Return the elements of a container.
	 * @param object any object
	 * @return the elements; of a map, keys and values. Empty for an object that is not a
	 * container, and for an object of an unknown class: reading it may send a request to
	 * a database or to a cluster
	 */
	public static List<Object> elements(Object object) {
		return isContainer(object.getClass()) ? elements(object, 3) : List.of();
	}

	/**
	 * Other threads may change data while it is looked at.
	 */
	private static List<Object> elements(Object container, int attempts) {
		try {
			List<Object> elements = new ArrayList<>();
			if (container instanceof Map<?, ?> map) {
				addAll(map.keySet(), elements);
				addAll(map.values(), elements);
			}
			else if (container instanceof Collection<?> collection) {
				addAll(collection, elements);
			}
			else if (container instanceof Object[] array) {
				addAll(Arrays.asList(array), elements);
			}
			else if (container instanceof Optional<?> optional && optional.isPresent()) {
				elements.add(optional.get());
			}
			return Collections.unmodifiableList(elements);
		}
		catch (ConcurrentModificationException ex) {
			if (attempts > 1) {
				return elements(container, attempts - 1);
			}
			throw ex;
		}
	}

	private static void addAll(Collection<?> collection, List<Object> elements) {
		for (Object element : collection) {
			if (element != null) {
				elements.add(element);
			}
		}
	}

	/**
	 * Return whether objects of a class are containers whose elements can be looked at.
	 * @param type a class
	 * @return {@code false} for a class that is not known
	 */
	public static boolean isContainer(Class<?> type) {
		String name = type.getName();
		return type.isArray() || name.startsWith("java.util.") || name.startsWith("kotlin.collections.")
				|| name.startsWith("com.google.common.collect.") || name.startsWith("org.springframework.util.");
	}

}
