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

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;

/**
 * Annotated code, for messages about its annotations.
 *
 * @since 0.1.0
 */
public final class TermPlace {

	/** By name: this package does not depend on Spring's annotations for beans. */
	private static final String BEAN = "org.springframework.context.annotation.Bean";

	private final AnnotatedElement element;

	private final String name;

	private TermPlace(AnnotatedElement element, String name) {
		this.element = element;
		this.name = name;
	}

	static TermPlace of(AnnotatedElement element) {
		return new TermPlace(element,
				(element instanceof Method method)
						? "Method " + method.getName() + " of class " + method.getDeclaringClass().getName()
						: "Class " + ((Class<?>) element).getName());
	}

	/**
	 * Return the method whose calls the annotation is about.
	 * @return the method; {@code null} for a type, and for a {@code @Bean} method, whose
	 * annotation is about the calls of the bean that it makes
	 */
	public @Nullable Method method() {
		return (this.element instanceof Method method && !MergedAnnotations.from(method).isPresent(BEAN)) ? method
				: null;
	}

	/**
	 * Return the name of the code, without its line.
	 * @return such as {@code Class com.example.Documents}
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Name the code with its line, which is read from the class file.
	 */
	@Override
	public String toString() {
		return this.name + SourceLine.of(this.element);
	}

}
