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
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.util.ReflectionUtils;

/**
 * One search for the annotation that applies, seen from the class of the object.
 * <p>
 * Spring Security's {@code UniqueSecurityAnnotationScanner} looks from the class that
 * declares the method. It misses a method that a class inherits and by which the class
 * implements an annotated interface, and one that an annotated class inherits from a
 * plain one; and its cache is static, which keeps the application's classes. Hence a
 * search of our own, with the same order.
 */
final class RequirementSearch {

	private final Class<?> targetClass;

	private final SameMethod methods;

	RequirementSearch(Class<?> targetClass) {
		this.targetClass = targetClass;
		this.methods = new SameMethod(targetClass);
	}

	@Nullable CapabilityRequirement find(Method method) {
		if (ReflectionUtils.isObjectMethod(method) && method.getDeclaringClass() == Object.class) {
			return null;
		}
		Method specific = this.methods.mostSpecific(method);
		CapabilityRequirement ofMethod = unique(onMethods(specific, method), "Method " + name(method));
		return CapabilityRequirement.both(ofMethod,
				CapabilityRequirement.both(ofType(specific.getDeclaringClass()), ofType(this.targetClass)));
	}

	@Nullable CapabilityRequirement findOnMethod(Method method) {
		return unique(onMethods(this.methods.mostSpecific(method), method), "Method " + name(method));
	}

	@Nullable CapabilityRequirement findOnType() {
		return ofType(this.targetClass);
	}

	private static @Nullable CapabilityRequirement ofType(Class<?> type) {
		return unique(onTypes(type, new HashSet<>()), "Class " + type.getName());
	}

	static boolean declares(Class<?> type) {
		try {
			return isAnnotated(type)
					|| Arrays.stream(ReflectionUtils.getDeclaredMethods(type)).anyMatch(RequirementSearch::isAnnotated);
		}
		catch (IllegalStateException | LinkageError ex) {
			// A signature names a class that is not there. Neither Spring nor Spring AI
			// can make anything of such a type.
			return false;
		}
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		return MergedAnnotations.from(element, MergedAnnotations.SearchStrategy.DIRECT, RepeatableContainers.none())
			.isPresent(RequiresCapability.class);
	}

	private Set<CapabilityRequirement> onMethods(Method specific, Method method) {
		Set<CapabilityRequirement> found = onMethods(specific);
		return (found.isEmpty() && !specific.equals(method)) ? onMethods(method) : found;
	}

	private Set<CapabilityRequirement> onMethods(Method method) {
		if (!SameMethod.isOverridable(method)) {
			return on(method, "Method " + name(method));
		}
		Set<CapabilityRequirement> found = onMethods(this.methods.as(method), this.targetClass, new HashSet<>());
		// A package-private method that another package's class hides by its name.
		return found.isEmpty() ? on(method, "Method " + name(method)) : found;
	}

	private static Set<CapabilityRequirement> onMethods(Predicate<Method> same, @Nullable Class<?> type,
			Set<Class<?>> seen) {
		if (type == null || type == Object.class || !seen.add(type)) {
			return Set.of();
		}
		Set<CapabilityRequirement> found = new LinkedHashSet<>();
		for (Method candidate : ReflectionUtils.getDeclaredMethods(type)) {
			if (same.test(candidate)) {
				found.addAll(on(candidate, "Method " + name(candidate)));
			}
		}
		if (found.isEmpty()) {
			found.addAll(onMethods(same, type.getSuperclass(), seen));
			for (Class<?> each : type.getInterfaces()) {
				found.addAll(onMethods(same, each, seen));
			}
		}
		return found;
	}

	private static Set<CapabilityRequirement> onTypes(@Nullable Class<?> type, Set<Class<?>> seen) {
		if (type == null || type == Object.class || !seen.add(type)) {
			return Set.of();
		}
		Set<CapabilityRequirement> found = new LinkedHashSet<>(on(type, "Class " + type.getName()));
		if (found.isEmpty()) {
			found.addAll(onTypes(type.getSuperclass(), seen));
			for (Class<?> each : type.getInterfaces()) {
				found.addAll(onTypes(each, seen));
			}
		}
		return found;
	}

	private static Set<CapabilityRequirement> on(AnnotatedElement element, String where) {
		return MergedAnnotations.from(element, MergedAnnotations.SearchStrategy.DIRECT, RepeatableContainers.none())
			.stream(RequiresCapability.class)
			.map((annotation) -> read(annotation, where))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static CapabilityRequirement read(MergedAnnotation<RequiresCapability> annotation, String where) {
		try {
			return CapabilityRequirement.of(annotation.synthesize());
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					where + SourceLine.of(annotation.getSource()) + " has a @RequiresCapability that is not valid: "
							+ ex.getMessage() + ".",
					"Name the capability as LumoAuth knows it, such as \"read:documents\".");
		}
	}

	private static @Nullable CapabilityRequirement unique(Set<CapabilityRequirement> found, String where) {
		if (found.size() > 1) {
			throw new GuardConfigurationException(
					where + " has competing @RequiresCapability annotations: " + found + ".",
					"Put one annotation on it that says what it needs; it overrides those of its interfaces "
							+ "and its superclasses.");
		}
		return found.isEmpty() ? null : found.iterator().next();
	}

	private static String name(Method method) {
		return method.getName() + " of class " + method.getDeclaringClass().getName();
	}

}
