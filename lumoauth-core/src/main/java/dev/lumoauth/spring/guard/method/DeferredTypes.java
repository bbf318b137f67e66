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
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.stream.BaseStream;

import dev.lumoauth.spring.guard.ToolTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Tells code that has not run yet from data, by its type. Publishers are checked when
 * somebody subscribes. Other code, such as a function or a stream, can't be checked after
 * the method has returned it. A future of the JDK is data, because its work runs already,
 * and so is a collection.
 */
final class DeferredTypes {

	private static final Set<String> KOTLIN = Set.of("kotlin.Function", "kotlin.Lazy", "kotlin.sequences.Sequence",
			"kotlinx.coroutines.Job", "kotlinx.coroutines.channels.ReceiveChannel", "kotlinx.coroutines.flow.Flow");

	private static final Set<String> RESPONSES = Set.of(
			"org.springframework.web.reactive.function.server.ServerResponse",
			"org.springframework.web.servlet.function.ServerResponse");

	private static final String STREAMED_BODY = "org.springframework.web.servlet.mvc.method.annotation."
			+ "StreamingResponseBody";

	private static final ClassValue<Boolean> CODE = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return !isPublisher(type) && (ToolTypes.isTool(type) || type.isAnnotationPresent(FunctionalInterface.class)
					|| isLambda(type) || Iterator.class.isAssignableFrom(type)
					|| Spliterator.class.isAssignableFrom(type) || BaseStream.class.isAssignableFrom(type)
					|| isForeignFuture(type) || isKotlin(type) || isFunction(type));
		}

	};

	private DeferredTypes() {
	}

	/**
	 * Return whether objects of a type are code that nothing can check after it was
	 * handed out: functions, iterators, streams, tools.
	 * @param type a declared type, or the class of an object
	 */
	static boolean isCode(Class<?> type) {
		return CODE.get(type);
	}

	/**
	 * Return whether objects of a type are publishers, which are checked when somebody
	 * subscribes.
	 * @param type a declared type, or the class of an object
	 */
	static boolean isPublisher(Class<?> type) {
		ReactiveAdapter adapter = MethodReturn.isReactiveSupported()
				? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
		return adapter != null && adapter.getDescriptor().isDeferred();
	}

	/**
	 * Return whether objects of a type are responses of a router function's handler,
	 * which are written after the handler has returned.
	 * @param type a declared type, or the class of an object
	 */
	static boolean isResponse(Class<?> type) {
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((contract) -> RESPONSES.contains(contract.getName())) || RESPONSES.contains(type.getName())
				|| (type.isInterface() && Arrays.stream(type.getInterfaces()).anyMatch(DeferredTypes::isResponse));
	}

	/**
	 * Return whether objects of a class do something when they are called: they are code,
	 * the class implements an interface that is not the JDK's, or it is a record with
	 * code in it.
	 * @param type the class of an object
	 */
	static boolean acts(Class<?> type) {
		return isCode(type)
				|| (!ToolTypes.isContainer(type) && (holdsCode(type) || ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch((contract) -> contract.getClassLoader() != null)));
	}

	private static boolean holdsCode(Class<?> type) {
		return type.isRecord() && Arrays.stream(type.getRecordComponents()).anyMatch((part) -> isCode(part.getType()));
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
		boolean startable = RunnableFuture.class.isAssignableFrom(raw) || ForkJoinTask.class.isAssignableFrom(raw);
		if (isCode(raw) || startable || (isPublisher(raw) && !isRebuilt(raw))) {
			return type;
		}
		if (type.isArray()) {
			return hidesCode(type.getComponentType()) ? type : null;
		}
		return Arrays.stream(type.getGenerics()).filter((argument) -> hidesCode(argument)).findFirst().orElse(null);
	}

	/**
	 * A publisher in a list or in another publisher is subscribed to where no guard is.
	 */
	static boolean hidesCode(ResolvableType part) {
		Class<?> raw = part.resolve();
		return raw != null && (isPublisher(raw) || uncheckable(part) != null);
	}

	/**
	 * A subtype, such as {@code ConnectableFlux}, can't be built again around the guard.
	 */
	private static boolean isRebuilt(Class<?> publisher) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(publisher);
		return adapter != null && adapter.getReactiveType() == publisher;
	}

	private static boolean isLambda(Class<?> type) {
		return (type.isHidden() || type.isSynthetic()) && type.getInterfaces().length > 0;
	}

	/**
	 * Return whether objects of a type are futures that may start their work when
	 * somebody asks for the result. The work of the JDK's futures runs already.
	 */
	private static boolean isForeignFuture(Class<?> type) {
		return (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type))
				&& !CompletableFuture.class.isAssignableFrom(type) && type.getClassLoader() != null;
	}

	private static boolean isKotlin(Class<?> type) {
		return KOTLIN.contains(type.getName()) || Arrays.stream(type.getInterfaces()).anyMatch(DeferredTypes::isKotlin)
				|| (type.getSuperclass() != null && isKotlin(type.getSuperclass()));
	}

	/**
	 * Return whether a type itself declares that it is a function. A type that only
	 * inherits this from an interface with another purpose, such as Spring Data's
	 * {@code Page}, is data. So is a future of the JDK.
	 */
	private static boolean isFunction(Class<?> type) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			for (Class<?> contract : each.getInterfaces()) {
				if (contract.getName().startsWith("java.util.function.") || contract == Callable.class
						|| contract == Runnable.class || contract.getName().equals(STREAMED_BODY)) {
					return true;
				}
			}
		}
		return false;
	}

}
