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

import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * The fields of objects that wrap or carry code: decorators, lambdas with what they
 * captured, functions, records.
 */
final class WrapperFields {

	/** The types of functions that Spring AI adapts. */
	static final List<Class<?>> FUNCTIONS = List.of(Function.class, BiFunction.class, Supplier.class, Consumer.class);

	private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentReferenceHashMap<>();

	private static final Map<Class<?>, List<Field>> HOLDERS = new ConcurrentReferenceHashMap<>();

	private static final Map<Class<?>, Boolean> CODE = new ConcurrentReferenceHashMap<>();

	private WrapperFields() {
	}

	/**
	 * Return whether an object of a class carries code that someone else runs.
	 */
	static boolean carriesCode(Class<?> type) {
		return CODE.computeIfAbsent(type,
				(each) -> each.isRecord() ? !isDataRecord(each, new HashSet<>()) : each.isHidden() || each.isSynthetic()
						|| ClassUtils.isLambdaClass(each) || each.isAnonymousClass() || isFunctional(each));
	}

	/**
	 * Return whether a type consists only of data, such as a record of texts and numbers.
	 */
	private static boolean isData(ResolvableType type, Set<Class<?>> seen) {
		Class<?> raw = type.resolve(Object.class);
		if (raw.isPrimitive() || raw == String.class || raw.isEnum() || Number.class.isAssignableFrom(raw)
				|| raw == Boolean.class || raw == Character.class || raw.getName().startsWith("java.time.")) {
			return true;
		}
		if (raw.isArray()) {
			return isData(type.getComponentType(), seen);
		}
		if (raw.isRecord()) {
			return isDataRecord(raw, seen);
		}
		return raw.getName().startsWith("java.util.") && type.hasGenerics()
				&& Arrays.stream(type.getGenerics()).allMatch((each) -> isData(each, seen));
	}

	/**
	 * The result for a record inside another one is not remembered: if the two contain
	 * each other, it is only half of the answer.
	 */
	private static boolean isDataRecord(Class<?> type, Set<Class<?>> seen) {
		return !seen.add(type) || Arrays.stream(type.getDeclaredFields())
			.filter((field) -> !Modifier.isStatic(field.getModifiers()))
			.allMatch((field) -> isData(ResolvableType.forField(field), seen));
	}

	private static boolean isFunctional(Class<?> type) {
		for (Class<?> each : ClassUtils.getAllInterfacesForClass(type)) {
			if (each.getName().startsWith("java.util.function.") || each == Callable.class || each == Runnable.class
					|| each == InvocationHandler.class || each.getName().equals("kotlin.Function")) {
				return !isJdk(type) || Proxy.isProxyClass(type);
			}
		}
		return false;
	}

	/**
	 * Return the fields in which an object of the application may hold a tool for someone
	 * else.
	 */
	static List<Field> ofHolder(Class<?> type) {
		return HOLDERS.computeIfAbsent(type, (each) -> isPlatform(each) ? List.of()
				: of(each).stream().filter((field) -> mayHoldTools(field, each)).toList());
	}

	private static boolean mayHoldTools(Field field, Class<?> type) {
		return field.getType() == Object.class || speaksOfTools(field, type) || (!isPlatform(field.getType())
				&& of(field.getType()).stream().anyMatch((each) -> speaksOfTools(each, field.getType())));
	}

	private static boolean speaksOfTools(Field field, Class<?> type) {
		return ToolTypes.speaksOfTools(ResolvableType.forField(field, type));
	}

	/**
	 * Neither the JDK's classes, whose fields are closed, nor frameworks, which know
	 * every tool of the application.
	 */
	private static boolean isPlatform(Class<?> type) {
		String name = type.getName();
		return isJdk(type) || FrameworkClasses.isOfSpring(type) || name.startsWith("io.micrometer.")
				|| (name.startsWith("reactor.") && !name.startsWith("reactor.util.function."))
				|| name.startsWith("io.modelcontextprotocol.");
	}

	private static boolean isJdk(Class<?> type) {
		String name = type.getName();
		return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
	}

	/**
	 * Return whether an object of a class is Spring AI's own adapter of a function.
	 */
	static boolean isAdapter(Class<?> type) {
		return type == FunctionToolCallback.class || type.getNestHost() == FunctionToolCallback.class;
	}

	static List<Class<?>> functions(Object function) {
		return FUNCTIONS.stream().filter((type) -> type.isInstance(function)).toList();
	}

	static List<Field> of(Class<?> type) {
		return FIELDS.computeIfAbsent(type, WrapperFields::find);
	}

	private static List<Field> find(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			Arrays.stream(each.getDeclaredFields())
				.filter((field) -> !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()
						&& field.getType() != String.class)
				.forEach(fields::add);
		}
		return List.copyOf(fields);
	}

	/**
	 * Return what a field holds.
	 * @param field a field
	 * @param target its object
	 * @return the value; {@code null} if there is none, or if the field can't be read
	 */
	static @Nullable Object get(Field field, Object target) {
		return field.trySetAccessible() ? ReflectionUtils.getField(field, target) : null;
	}

}
