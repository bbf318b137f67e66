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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * The terms that the annotations of a class set: for the whole class, or for what a
 * caller reaches through an interface. Results are remembered by soft references.
 */
final class AnnotatedTypes {

	private static final AnnotatedType PLAIN = new AnnotatedType(null, List.of());

	private final GuardTermsFinder finder;

	private final Map<Class<?>, AnnotatedType> types = new ConcurrentReferenceHashMap<>();

	private final Map<Reached, AnnotatedType> reached = new ConcurrentReferenceHashMap<>();

	AnnotatedTypes(GuardTermsFinder finder) {
		this.finder = finder;
	}

	/**
	 * Find the terms of a method.
	 * @param method the method
	 * @param type the class of the object that it is called on
	 */
	@Nullable GuardTerms of(Method method, Class<?> type) {
		return this.finder.find(method, type);
	}

	/**
	 * Find the annotated parts of a class, including private methods. The {@code @Bean}
	 * methods are excluded, because their annotations apply to the objects that they
	 * make.
	 */
	AnnotatedType all(Class<?> type) {
		Class<?> userClass = FrameworkClasses.userClass(type);
		if (!mentions(userClass)) {
			return PLAIN;
		}
		return this.types.computeIfAbsent(userClass, this::findAll);
	}

	private AnnotatedType findAll(Class<?> type) {
		Set<Method> methods = new LinkedHashSet<>(List.of(ReflectionUtils.getAllDeclaredMethods(type)));
		for (Class<?> each : ClassUtils.getAllInterfacesForClassAsSet(type)) {
			methods.addAll(List.of(each.getDeclaredMethods()));
		}
		methods.removeIf((method) -> method.isSynthetic() || method.getDeclaringClass() == Object.class
				|| AnnotatedElementUtils.hasAnnotation(method, Bean.class));
		return annotated(type, methods);
	}

	/**
	 * Find the annotated parts of a class that a caller of an interface reaches.
	 */
	AnnotatedType through(Class<?> contract, Class<?> type) {
		Class<?> userClass = FrameworkClasses.userClass(type);
		if (!mentions(userClass)) {
			return PLAIN;
		}
		return this.reached.computeIfAbsent(new Reached(contract, userClass),
				(key) -> annotated(userClass,
						Arrays.stream(contract.getMethods())
							.filter((method) -> !Modifier.isStatic(method.getModifiers()))
							.toList()));
	}

	boolean mentions(Class<?> type) {
		return this.finder.mentions(type);
	}

	private AnnotatedType annotated(Class<?> type, Iterable<Method> methods) {
		List<AnnotatedMethod> found = new ArrayList<>();
		for (Method method : methods) {
			GuardTerms terms = of(method, type);
			if (terms != null) {
				found.add(new AnnotatedMethod(method, terms));
			}
		}
		return new AnnotatedType(this.finder.find(type), List.copyOf(found));
	}

	/**
	 * The annotated parts of a class.
	 *
	 * @param ofType the terms of the class, or {@code null} for none
	 * @param methods the methods that have terms, those of the class included
	 */
	record AnnotatedType(@Nullable GuardTerms ofType, List<AnnotatedMethod> methods) {

		/**
		 * Return the terms of all methods together, because any of them may run.
		 */
		@Nullable GuardTerms terms() {
			GuardTerms all = this.ofType;
			for (AnnotatedMethod each : this.methods) {
				all = GuardTerms.both(all, each.terms());
			}
			return all;
		}

	}

	/**
	 * A method that has terms.
	 *
	 * @param method the method
	 * @param terms its terms
	 */
	record AnnotatedMethod(Method method, GuardTerms terms) {
	}

	private record Reached(Class<?> contract, Class<?> type) {
	}

}
