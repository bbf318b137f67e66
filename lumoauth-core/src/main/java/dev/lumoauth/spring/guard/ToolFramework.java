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

import org.jspecify.annotations.Nullable;

/**
 * What a module knows of the framework for whose tools it has entry points. The module
 * registers an implementation in {@code META-INF/spring.factories}, under the name of
 * this interface. It is created at start, also where the framework is missing.
 *
 * @since 0.1.0
 */
public interface ToolFramework {

	/**
	 * Return whether a type is one of the framework's own whose objects are tools or give
	 * out tools. The module's entry points guard them, and all objects whose class
	 * extends or implements such a type: beans, and elements of a container that is a
	 * bean.
	 * @param type the type
	 * @return whether it is; {@code false} for a type that only extends one, and by
	 * default
	 */
	default boolean isTool(Class<?> type) {
		return false;
	}

	/**
	 * Return whether the framework finds a method by an annotation and calls it as a
	 * tool, on the bean with all its proxies.
	 * @param method the method
	 * @return whether it does
	 */
	boolean isTool(Method method);

	/**
	 * Return whether the code on this thread was called as a tool, if no entry point of
	 * this library is between the framework and the code. An example is a chat client
	 * that the application builds itself and that calls a tool bean. Asked for a refused
	 * call, to choose the words of the refusal, and for nothing else.
	 * @return whether a model may read the exception of a refusal; {@code false} by
	 * default
	 */
	default boolean isHere() {
		return false;
	}

	/**
	 * Return whether the framework passes objects of a class to its tools, in addition to
	 * the arguments of the call.
	 * @param type the class of a parameter
	 * @return {@code false} by default: the parameter is an argument
	 */
	default boolean isHandedOver(Class<?> type) {
		return false;
	}

	/**
	 * Return what the caller chose of an object that the framework passes to a tool in
	 * addition to the arguments. It belongs to what a person approves.
	 * @param handedOver an object of a class for which {@link #isHandedOver} is true
	 * @return the caller's values, as JSON has them or in records; {@code null} by
	 * default: the caller chose nothing of it
	 */
	default @Nullable Object chosenIn(Object handedOver) {
		return null;
	}

}
