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
package dev.lumoauth.spring.reflect;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapperImpl;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * Tells of a method what only Kotlin's reflection knows: it compiled the function to
 * something else than its source says.
 *
 * @since 0.1.0
 */
public final class KotlinFunctions {

	private static final String REFLECTION = "kotlin.reflect.jvm.ReflectJvmMapping";

	private static final @Nullable Method FIND = ClassUtils.isPresent(REFLECTION,
			KotlinFunctions.class.getClassLoader())
					? ClassUtils.getMethodIfAvailable(
							ClassUtils.resolveClassName(REFLECTION, KotlinFunctions.class.getClassLoader()),
							"getKotlinFunction", Method.class)
					: null;

	private KotlinFunctions() {
	}

	/**
	 * Return whether the compiler copies the code of a function into its callers.
	 * @param method any method
	 * @return {@code true} also for a function of Kotlin if that is not known, because
	 * {@code kotlin-reflect} is not there
	 */
	public static boolean isInline(Method method) {
		return KotlinDetector.isKotlinType(method.getDeclaringClass())
				&& (FIND == null || Boolean.TRUE.equals(read(method, "inline")));
	}

	/**
	 * Return whether a parameter has a default value.
	 * @param method a function of Kotlin
	 * @param index the index of the parameter
	 * @return {@code true} also if that is not known
	 */
	public static boolean isOptional(Method method, int index) {
		return !Boolean.FALSE.equals(read(method, "parameters[" + index(method, index) + "].optional"));
	}

	/**
	 * Return whether a number may stand for something else, such as one without a sign,
	 * since the parameter's type is a value class.
	 * @param method any method
	 * @param index the index of the parameter
	 * @return {@code true} also if that is not known, and Kotlin has changed the name of
	 * the function because of such a class
	 */
	public static boolean isNumberOfValueClass(Method method, int index) {
		Class<?> type = method.getParameterTypes()[index];
		if (!List.of(byte.class, short.class, int.class, long.class).contains(type)
				|| !KotlinDetector.isKotlinType(method.getDeclaringClass())) {
			return false;
		}
		Object value = read(method, "parameters[" + index(method, index) + "].type.classifier.value");
		return (value != null) ? (Boolean) value : method.getName().contains("-");
	}

	/**
	 * Kotlin counts the object of the function, and no {@code Continuation}.
	 */
	private static int index(Method method, int index) {
		Object parameters = read(method, "parameters");
		int own = method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
		return (parameters instanceof List<?> all) ? index + all.size() - own : index;
	}

	private static @Nullable Object read(Method method, String property) {
		try {
			Object function = (FIND != null) ? FIND.invoke(null, method) : null;
			return (function != null) ? new BeanWrapperImpl(function).getPropertyValue(property) : null;
		}
		catch (InvocationTargetException | IllegalAccessException | RuntimeException ex) {
			return null;
		}
	}

}
