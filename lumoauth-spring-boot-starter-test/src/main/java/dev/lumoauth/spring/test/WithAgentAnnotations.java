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

package dev.lumoauth.spring.test;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds {@link WithAgent}.
 */
final class WithAgentAnnotations {

	private WithAgentAnnotations() {
	}

	/**
	 * Return whether any test of a class runs as an agent.
	 * @param testClass the class
	 */
	static boolean isAny(Class<?> testClass) {
		return onClass(testClass) != null || Arrays
			.stream(ReflectionUtils.getUniqueDeclaredMethods(testClass, ReflectionUtils.USER_DECLARED_METHODS))
			.anyMatch((method) -> AnnotatedElementUtils.hasAnnotation(method, WithAgent.class));
	}

	/**
	 * Return LumoAuth's answers in a test.
	 * @param testClass the class
	 * @param method the test
	 * @throws IllegalStateException if an annotation contradicts itself
	 */
	static AgentAnswers answers(Class<?> testClass, Method method) {
		WithAgent onMethod = AnnotatedElementUtils.findMergedAnnotation(method, WithAgent.class);
		if (onMethod != null) {
			return answers(onMethod, method);
		}
		WithAgent onClass = onClass(testClass);
		return (onClass != null) ? answers(onClass, testClass) : AgentAnswers.NO_CAPABILITY;
	}

	private static @Nullable WithAgent onClass(Class<?> testClass) {
		return TestContextAnnotationUtils.findMergedAnnotation(testClass, WithAgent.class);
	}

	private static AgentAnswers answers(WithAgent annotation, AnnotatedElement element) {
		try {
			return AgentAnswers.of(annotation);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("@WithAgent on " + element + ": " + ex.getMessage(), ex);
		}
	}

}
