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

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.reflect.SameMethod;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.util.ReflectionUtils;

/**
 * One search for the annotations that apply, seen from the class of the object.
 * <p>
 * Spring Security's {@code UniqueSecurityAnnotationScanner} looks from the class that
 * declares the method. It misses an inherited method by which a class implements an
 * annotated interface, and a method that an annotated class inherits from a class without
 * annotations. Its static cache also keeps the application's classes in memory. So this
 * class searches itself, in the same order.
 */
final class TermsSearch {

	private final Class<?> targetClass;

	private final SameMethod methods;

	TermsSearch(Class<?> targetClass) {
		this.targetClass = targetClass;
		this.methods = new SameMethod(targetClass);
	}

	@Nullable GuardTerms find(Method method) {
		if (method.getDeclaringClass() == Object.class) {
			return null;
		}
		return GuardTerms.both(findOnMethod(method), GuardTerms
			.both(ofType(this.methods.mostSpecific(method).getDeclaringClass()), ofType(this.targetClass)));
	}

	@Nullable GuardTerms findOnMethod(Method method) {
		Method specific = this.methods.mostSpecific(method);
		Set<AnnotatedElement> capabilities = onMethod(specific, RequiresCapability.class);
		Set<AnnotatedElement> users = onMethod(specific, OnBehalfOfUser.class);
		Set<AnnotatedElement> approvals = onMethod(specific, RequiresApproval.class);
		if (!specific.equals(method)) {
			capabilities = capabilities.isEmpty() ? onMethod(method, RequiresCapability.class) : capabilities;
			users = users.isEmpty() ? onMethod(method, OnBehalfOfUser.class) : users;
			approvals = approvals.isEmpty() ? onMethod(method, RequiresApproval.class) : approvals;
		}
		return terms(capabilities, users, approvals, specific);
	}

	@Nullable GuardTerms findOnType() {
		return ofType(this.targetClass);
	}

	private static @Nullable GuardTerms ofType(Class<?> type) {
		return terms(onType(type, RequiresCapability.class), onType(type, OnBehalfOfUser.class),
				onType(type, RequiresApproval.class), type);
	}

	private static @Nullable GuardTerms terms(Set<AnnotatedElement> capabilities, Set<AnnotatedElement> users,
			Set<AnnotatedElement> approvals, AnnotatedElement subject) {
		CapabilityRequirement requirement = unique(capabilities, subject);
		return new GuardTerms(requirement, !users.isEmpty(), ApprovalAnnotations.read(approvals),
				requirement != null && capabilities.stream().allMatch(TermsSearch::isRequestingDenied))
			.orNull();
	}

	private static boolean isRequestingDenied(AnnotatedElement element) {
		return annotations(element).stream(RequiresCapability.class)
			.allMatch((annotation) -> isRequestingDenied(annotation));
	}

	static boolean isRequestingDenied(MergedAnnotation<RequiresCapability> annotation) {
		return annotation.getEnum("onDenied", OnDenied.class) == OnDenied.REQUEST;
	}

	/**
	 * Return whether one of the annotations is on a type or on one of its methods.
	 */
	static boolean declares(Class<?> type) {
		try {
			if (isAnnotated(type)) {
				return true;
			}
			for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
				if (isAnnotated(method)) {
					return true;
				}
			}
			return false;
		}
		catch (IllegalStateException | LinkageError ex) {
			// A signature names a missing class. Neither Spring nor Spring AI can use
			// such a type.
			return false;
		}
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		return has(element, RequiresCapability.class) || has(element, OnBehalfOfUser.class)
				|| has(element, RequiresApproval.class);
	}

	private static boolean has(AnnotatedElement element, Class<? extends Annotation> annotation) {
		return annotations(element).isPresent(annotation);
	}

	/**
	 * Includes the annotations in a container: Java puts an application's own repeatable
	 * annotation in one if it is there twice.
	 */
	static MergedAnnotations annotations(AnnotatedElement element) {
		return MergedAnnotations.from(element, MergedAnnotations.SearchStrategy.DIRECT,
				RepeatableContainers.standardRepeatables());
	}

	private Set<AnnotatedElement> onMethod(Method method, Class<? extends Annotation> annotation) {
		Set<AnnotatedElement> found = Set.of();
		if (SameMethod.isOverridable(method)) {
			Predicate<Method> same = this.methods.as(method);
			found = closest(this.targetClass, (type) -> annotated(type, same, annotation), new HashSet<>());
		}
		// Also empty for a package-private method that a class in another package hides
		// by a method of the same name.
		return (found.isEmpty() && has(method, annotation)) ? Set.of(method) : found;
	}

	private static Set<AnnotatedElement> annotated(Class<?> type, Predicate<Method> same,
			Class<? extends Annotation> annotation) {
		Set<AnnotatedElement> found = new LinkedHashSet<>();
		for (Method candidate : ReflectionUtils.getDeclaredMethods(type)) {
			if (same.test(candidate) && has(candidate, annotation)) {
				found.add(candidate);
			}
		}
		return found;
	}

	private static Set<AnnotatedElement> onType(Class<?> type, Class<? extends Annotation> annotation) {
		return closest(type, (each) -> has(each, annotation) ? Set.of(each) : Set.of(), new HashSet<>());
	}

	/**
	 * Look at a type, and if nothing is found there, at its superclass and its
	 * interfaces.
	 */
	private static Set<AnnotatedElement> closest(@Nullable Class<?> type,
			Function<Class<?>, Set<AnnotatedElement>> here, Set<Class<?>> seen) {
		if (type == null || type == Object.class || !seen.add(type)) {
			return Set.of();
		}
		Set<AnnotatedElement> found = new LinkedHashSet<>(here.apply(type));
		if (found.isEmpty()) {
			found.addAll(closest(type.getSuperclass(), here, seen));
			for (Class<?> each : type.getInterfaces()) {
				found.addAll(closest(each, here, seen));
			}
		}
		return found;
	}

	private static @Nullable CapabilityRequirement unique(Set<AnnotatedElement> annotated, AnnotatedElement subject) {
		Set<CapabilityRequirement> found = new LinkedHashSet<>();
		for (AnnotatedElement element : annotated) {
			annotations(element).stream(RequiresCapability.class)
				.forEach((annotation) -> found.add(read(annotation, () -> place(element))));
		}
		if (found.size() > 1) {
			throw new GuardConfigurationException(
					name(subject) + " has competing @RequiresCapability annotations: " + found + ".",
					"Put one annotation on it that says what it needs; it overrides those of its interfaces "
							+ "and its superclasses.");
		}
		return found.isEmpty() ? null : found.iterator().next();
	}

	/**
	 * Read an annotation.
	 * @param annotation the annotation
	 * @param where names the annotated element, for messages
	 * @throws GuardConfigurationException if it is not valid
	 */
	static CapabilityRequirement read(MergedAnnotation<RequiresCapability> annotation, Supplier<String> where) {
		try {
			return CapabilityRequirement.of(annotation.synthesize());
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					where.get() + " has a @RequiresCapability that is not valid: " + ex.getMessage() + ".",
					"Name the capability as LumoAuth knows it, such as \"read:documents\".");
		}
	}

	/**
	 * Return the name of an element with its line, which is read from the class file.
	 */
	static String place(AnnotatedElement element) {
		return name(element) + SourceLine.of(element);
	}

	private static String name(AnnotatedElement element) {
		return (element instanceof Method method)
				? "Method " + method.getName() + " of class " + method.getDeclaringClass().getName()
				: "Class " + ((Class<?>) element).getName();
	}

}
