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

package dev.lumoauth.spring.approval.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.security.Principal;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.KotlinFunctions;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/**
 * The arguments of a method's call as JSON has them, for the person who has to approve
 * the call. Only values are supported: if the class of an object may hide a part of it,
 * it is unknown whether the object is the approved one.
 * <p>
 * Two values that a method can distinguish look different. If the declared type leaves
 * the class of a value open, such as {@code Object}, only what JSON itself stands for is
 * a value: {@code 1} is an {@code Integer}. A record is shown with its class then.
 */
final class MethodArguments {

	private static final int MAX_DEPTH = 20;

	/** Not the name of a record's component. */
	private static final String CLASS = "(class)";

	/** These look like other maps, and have a value for each key. */
	private static final Set<String> WITH_DEFAULT = Set.of("kotlin.collections.MapWithDefaultImpl",
			"kotlin.collections.MutableMapWithDefaultImpl");

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private MethodArguments() {
	}

	/**
	 * Return the arguments of a call.
	 * @param method the method
	 * @param target the object that it is called on, or {@code null}
	 * @param arguments the arguments of the call
	 * @throws IllegalArgumentException if one of them is not a value
	 */
	static CallArguments of(Method method, @Nullable Object target, @Nullable Object[] arguments) {
		Method specific = (target != null) ? AopUtils.getMostSpecificMethod(method, AopUtils.getTargetClass(target))
				: method;
		requireNumbers(specific);
		String[] names = NAMES.getParameterNames(specific);
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		boolean declared = true;
		for (int i = 0; i < arguments.length; i++) {
			Class<?> type = specific.getParameterTypes()[i];
			// Kotlin's reflection gives the Continuation of a suspend function no name.
			String name = (names != null && i < names.length) ? names[i] : "arg" + i;
			Object chosen = (arguments[i] != null && ToolTypes.isHandedOver(type)) ? ToolTypes.chosenIn(arguments[i])
					: null;
			if (chosen != null) {
				values.put(name, value(chosen, ResolvableType.forClass(chosen.getClass()), name, 0));
				declared = false;
			}
			else if (!isOfTheFramework(type) && !isCaller(arguments[i])) {
				if (arguments[i] == null) {
					requireNoDefault(specific, i, name);
				}
				ResolvableType full = (target != null)
						? ResolvableType.forMethodParameter(specific, i, AopUtils.getTargetClass(target))
						: ResolvableType.forMethodParameter(specific, i);
				values.put(name, value(arguments[i], full, name, 0));
			}
		}
		// A condition on an interface's method uses the parameter names of the interface.
		return new CallArguments(values, declared && Arrays.equals(names, NAMES.getParameterNames(method)));
	}

	/**
	 * Refuse a method of Kotlin that gets another number than a person reads.
	 * @param method the method
	 * @throws IllegalArgumentException if it does
	 */
	static void requireNumbers(Method method) {
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (KotlinFunctions.isNumberOfValueClass(method, i)) {
				throw new IllegalArgumentException("the argument " + (i + 1) + " is a number of a value class, such as "
						+ "UInt or Duration, and may stand for another number; let the function take a Long or a "
						+ "BigDecimal");
			}
		}
	}

	/**
	 * Spring calls a {@code suspend} function with the default value instead.
	 */
	private static void requireNoDefault(Method method, int index, String name) {
		if (KotlinDetector.isSuspendingFunction(method) && KotlinFunctions.isOptional(method, index)) {
			throw new IllegalArgumentException("the argument '" + name + "' is null, and a suspend function would run "
					+ "with its default value instead; let the function have none");
		}
	}

	/**
	 * Objects that a framework passes are not arguments.
	 */
	private static boolean isOfTheFramework(Class<?> type) {
		return type.getName().equals("kotlin.coroutines.Continuation") || ToolTypes.isHandedOver(type);
	}

	/**
	 * The caller is known anyway. Another principal is an argument like any other.
	 */
	private static boolean isCaller(@Nullable Object argument) {
		return argument instanceof Principal && Stream
			.of(Caller.current().authentication(), SecurityContextHolder.getContext().getAuthentication())
			.anyMatch(
					(caller) -> caller != null && (argument.equals(caller) || argument.equals(caller.getPrincipal())));
	}

	private static @Nullable Object value(@Nullable Object value, ResolvableType declared, String name, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("the argument '" + name + "' has too much in it");
		}
		if (value == null) {
			return null;
		}
		if (value instanceof Record data) {
			return components(data, declared, name, depth);
		}
		Class<?> type = declared.resolve(Object.class);
		if (value instanceof Map<?, ?> map && isAllThatItShows(map, type)) {
			return object(map, declared.as(Map.class), name, depth);
		}
		boolean ordered = value instanceof List || Set.class.isAssignableFrom(type);
		if (value instanceof Collection<?> elements && ordered && isAllThatItShows(elements, type)) {
			ResolvableType element = declared.as(Collection.class).getGeneric(0);
			List<@Nullable Object> values = new ArrayList<>();
			elements.forEach((each) -> values.add(value(each, element, name, depth + 1)));
			return values;
		}
		Object simple = simple(value);
		if (simple == null || !(isKnown(type, value) || isOfJson(simple, value))) {
			throw new IllegalArgumentException("the argument '" + name + "' is a " + value.getClass().getName()
					+ ", which can't be shown whole; let the method declare that type, or take a record, or the values "
					+ "themselves");
		}
		return simple;
	}

	/**
	 * Return a value as JSON has it; {@code null} if it may have more than that.
	 */
	private static @Nullable Object simple(Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (!isOfJdk(value.getClass())) {
			return null;
		}
		if (value instanceof Number || value instanceof Boolean) {
			return value;
		}
		if (value instanceof byte[] bytes) {
			return Base64.getEncoder().encodeToString(bytes);
		}
		return (value instanceof CharSequence || isText(value)) ? value.toString() : null;
	}

	/**
	 * Return whether a declared type says which class a value has, or leaves the choice
	 * to the JDK, as {@code ZoneId} does.
	 */
	private static boolean isKnown(Class<?> declared, Object value) {
		return ClassUtils.resolvePrimitiveIfNecessary(declared) == classOf(value)
				|| (declared != Object.class && declared != Number.class && !declared.isInterface() && isText(value));
	}

	private static Class<?> classOf(Object value) {
		return (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
	}

	/**
	 * Return whether everybody reads this value, of this class, from the JSON.
	 */
	private static boolean isOfJson(Object shown, Object value) {
		return CallArguments.of(Map.of("", shown)).normalized().getOrDefault("", "").getClass() == value.getClass();
	}

	/**
	 * Return whether a list or a map has nothing else than what its interface shows. A
	 * class of the application may add an account to a list. A method that takes a list
	 * of the JDK's type doesn't see the addition.
	 */
	private static boolean isAllThatItShows(Object value, Class<?> declared) {
		String name = value.getClass().getName();
		return !WITH_DEFAULT.contains(name)
				&& (isOfJdk(value.getClass()) || name.startsWith("kotlin.collections.") || (isOfJdk(declared)
						&& (Map.class.isAssignableFrom(declared) || Collection.class.isAssignableFrom(declared))));
	}

	private static boolean isOfJdk(Class<?> type) {
		return type.getClassLoader() == null || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

	/**
	 * Return whether the text of a value says everything about the value.
	 */
	private static boolean isText(Object value) {
		return value instanceof Character || value instanceof TemporalAccessor || value instanceof TemporalAmount
				|| value instanceof ZoneId || value instanceof UUID || value instanceof URI
				|| value instanceof Currency;
	}

	private static Map<String, @Nullable Object> object(Map<?, ?> map, ResolvableType declared, String name,
			int depth) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		map.forEach((key, each) -> {
			boolean known = key instanceof Enum<?> constant
					&& declared.getGeneric(0).resolve() == constant.getDeclaringClass();
			if (!known && !(key instanceof String)) {
				throw new IllegalArgumentException("the argument '" + name + "' has a key that is no text");
			}
			String text = known ? ((Enum<?>) key).name() : (String) key;
			if (values.containsKey(text) || text.equals(CLASS)) {
				throw new IllegalArgumentException("the argument '" + name + "' has two entries of one name, or one "
						+ "of the name '" + CLASS + "'");
			}
			values.put(text, value(each, declared.getGeneric(1), name, depth + 1));
		});
		return values;
	}

	/**
	 * Two records with the same components may differ in their class, so the class is
	 * shown if it isn't the declared one.
	 */
	private static Map<String, @Nullable Object> components(Record value, ResolvableType declared, String name,
			int depth) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		boolean known = value.getClass() == declared.resolve();
		if (!known) {
			values.put(CLASS, value.getClass().getName());
		}
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			Method accessor = component.getAccessor();
			ResolvableType type = known ? ResolvableType.forType(component.getGenericType(), declared)
					: ResolvableType.forType(component.getGenericType());
			try {
				accessor.setAccessible(true);
				values.put(component.getName(), value(accessor.invoke(value), type, name, depth + 1));
			}
			catch (InvocationTargetException | IllegalAccessException | RuntimeException ex) {
				if (ex instanceof IllegalArgumentException unsuitable) {
					throw unsuitable;
				}
				throw new IllegalArgumentException("the argument '" + name + "' can't be read", ex);
			}
		}
		return values;
	}

}
