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

package dev.lumoauth.spring.guard.method;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import dev.lumoauth.spring.guard.ToolTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Distinguishes types whose objects are code that has not run yet from data. A
 * {@code CompletableFuture} runs already, and a collection counts as data.
 */
final class DeferredTypes {

	private static final Set<String> KOTLIN = Set.of("kotlin.Function", "kotlin.sequences.Sequence",
			"kotlinx.coroutines.flow.Flow");

	private static final String STREAMED_BODY = "org.springframework.web.servlet.mvc.method.annotation."
			+ "StreamingResponseBody";

	private static final ClassValue<Kind> KINDS = new ClassValue<>() {

		@Override
		protected Kind computeValue(Class<?> type) {
			return kind(type);
		}

	};

	private DeferredTypes() {
	}

	/**
	 * Return the kind of the objects of a class.
	 * @param type the class of an object
	 */
	static Kind of(Class<?> type) {
		return KINDS.get(type);
	}

	/**
	 * Return whether a declared type shows that its objects are code that has not run.
	 * @param type the type
	 */
	static boolean isDeferred(@Nullable Class<?> type) {
		return type != null && (isReactive(type) || type.isAnnotationPresent(FunctionalInterface.class)
				|| isFuture(type) || type == Iterator.class || Spliterator.class.isAssignableFrom(type)
				|| BaseStream.class.isAssignableFrom(type) || isKotlin(type)
				|| (!type.isInterface() && isFunction(type)));
	}

	/**
	 * Return whether a type is code that its holder may run any number of times.
	 * @param type the type
	 */
	static boolean runsAtWill(Class<?> type) {
		return type.isAnnotationPresent(FunctionalInterface.class) || (!type.isInterface() && isFunction(type))
				|| (isKotlin(type) && !type.getName().endsWith("Flow"));
	}

	/**
	 * Return whether objects of a class do something when they are called, so that they
	 * are no data: the class implements an interface that is not the JDK's, or is a
	 * record with a function in it. A function is guarded where it is handed out.
	 * @param type the class of an object
	 */
	static boolean acts(Class<?> type) {
		return of(type) == Kind.DATA && !ToolTypes.isContainer(type)
				&& ((type.isRecord()
						&& Arrays.stream(type.getRecordComponents()).anyMatch((part) -> runsAtWill(part.getType())))
						|| ClassUtils.getAllInterfacesForClassAsSet(type)
							.stream()
							.anyMatch((contract) -> contract.getClassLoader() != null));
	}

	/**
	 * Find the part of a declared type that can't be checked when it runs.
	 * @param type what a method returns
	 * @return the part, or {@code null} if everything is checked
	 */
	static @Nullable ResolvableType uncheckable(ResolvableType type) {
		Class<?> raw = type.resolve();
		if (ToolTypes.speaksOfTools(type)) {
			return type;
		}
		if (raw == null || raw == Class.class) {
			return null;
		}
		boolean deferred = isDeferred(raw);
		if (deferred && !isCheckable(raw)) {
			return type;
		}
		if (deferred && !isReactive(raw) && !BaseStream.class.isAssignableFrom(raw)) {
			// What such an object returns is guarded in the same way.
			return null;
		}
		if (type.isArray()) {
			return isDeferred(type.getComponentType().resolve()) ? type : null;
		}
		return Arrays.stream(type.getGenerics()).filter((argument) -> hidesDeferred(argument)).findFirst().orElse(null);
	}

	private static boolean hidesDeferred(ResolvableType argument) {
		Class<?> raw = argument.resolve();
		return raw != null && !Future.class.isAssignableFrom(raw) && (isDeferred(raw) || uncheckable(argument) != null);
	}

	/**
	 * A guarded object can replace the original if the type is an interface, or a
	 * reactive type that can be made from any publisher.
	 */
	private static boolean isCheckable(Class<?> type) {
		if (isReactive(type)) {
			ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
			return adapter != null && adapter.getReactiveType() == type;
		}
		return type.isInterface();
	}

	private static boolean isReactive(Class<?> type) {
		if (!MethodReturn.isReactiveSupported()) {
			return false;
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		return adapter != null && adapter.getDescriptor().isDeferred();
	}

	private static boolean isFuture(Class<?> type) {
		return Future.class.isAssignableFrom(type) && !CompletableFuture.class.isAssignableFrom(type);
	}

	private static boolean isKotlin(Class<?> type) {
		return KOTLIN.contains(type.getName()) || Arrays.stream(type.getInterfaces()).anyMatch(DeferredTypes::isKotlin);
	}

	private static Kind kind(Class<?> type) {
		if (ToolTypes.isTool(type)) {
			return Kind.TOOL;
		}
		if (isReactive(type)) {
			return Kind.PUBLISHER;
		}
		if (BaseStream.class.isAssignableFrom(type)) {
			return Kind.STREAM;
		}
		boolean stage = CompletionStage.class.isAssignableFrom(type) && !CompletableFuture.class.isAssignableFrom(type);
		boolean lambda = (type.isHidden() || type.isSynthetic()) && type.getInterfaces().length > 0;
		return (lambda || stage || isFuture(type) || isFunction(type) || isKotlin(type)) ? Kind.FUNCTION : Kind.DATA;
	}

	/**
	 * Return whether a class itself declares that it is a function. A class that only
	 * inherits this from an interface with another purpose, such as Spring Data's
	 * {@code Page}, is data.
	 */
	private static boolean isFunction(Class<?> type) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			for (Class<?> contract : each.getInterfaces()) {
				if (contract.getName().startsWith("java.util.function.") || contract == Callable.class
						|| contract.getName().equals(STREAMED_BODY) || contract == Runnable.class
						|| Iterator.class.isAssignableFrom(contract) || Spliterator.class.isAssignableFrom(contract)) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * The kind of an object.
	 */
	enum Kind {

		/** Its value is complete. */
		DATA,

		/** A {@code Publisher} or another reactive type. */
		PUBLISHER,

		/** A stream of {@code java.util.stream}. */
		STREAM,

		/** An object that runs code when one of its methods is called. */
		FUNCTION,

		/** A tool, which has another guard. */
		TOOL

	}

}
