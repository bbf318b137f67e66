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
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.lumoauth.spring.GuardAnnotation;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.reflect.LostAnnotations;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.AnnotationFilter;
import org.springframework.core.annotation.AnnotationUtils;
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

	/**
	 * Spring's annotations have none of this library's as meta-annotations, and it takes
	 * long to look at all annotations of {@code @SpringBootApplication}.
	 */
	private static final AnnotationFilter OF_SPRING = new AnnotationFilter() {

		@Override
		public boolean matches(Class<?> type) {
			return matches(type.getName()) || FrameworkClasses.isOfSpring(type);
		}

		@Override
		public boolean matches(String typeName) {
			return PLAIN.matches(typeName);
		}

	};

	private final Class<?> targetClass;

	private final SameMethod methods;

	TermsSearch(Class<?> targetClass) {
		requireNothingLost(targetClass);
		this.targetClass = targetClass;
		this.methods = new SameMethod(targetClass);
	}

	/**
	 * Require that a type was compiled with no annotation whose class is not there.
	 * @throws GuardConfigurationException if it was
	 */
	static void requireNothingLost(Class<?> type) {
		String lost = LostAnnotations.of(type);
		if (lost != null) {
			throw new GuardConfigurationException(
					type.getName() + " was compiled with @" + lost
							+ ", whose module is not there. It would run as if it had no such annotation.",
					"Add the module of LumoAuth that has this annotation to the build, or remove the annotation.");
		}
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
		return TermReaders.read(TermPlace.of(specific), (annotation) -> {
			Set<AnnotatedElement> found = new LinkedHashSet<>(onMethod(specific, annotation));
			if (!specific.equals(method) && (found.isEmpty() || isMarker(annotation))) {
				found.addAll(onMethod(method, annotation));
			}
			return found(found);
		});
	}

	@Nullable GuardTerms findOnType() {
		return ofType(this.targetClass);
	}

	private static @Nullable GuardTerms ofType(Class<?> type) {
		return TermReaders.read(TermPlace.of(type), (annotation) -> found(onType(type, annotation)));
	}

	private static List<TermReaders.Found> found(Set<AnnotatedElement> elements) {
		return elements.stream()
			.map((element) -> new TermReaders.Found(TermPlace.of(element), annotations(element)))
			.toList();
	}

	/**
	 * Return whether one of the annotations is on a type or on one of its methods.
	 */
	static boolean declares(Class<?> type) {
		if (isAnnotated(type)) {
			return true;
		}
		for (Method method : methods(type)) {
			if (isAnnotated(method)) {
				return true;
			}
		}
		return false;
	}

	private static Method[] methods(Class<?> type) {
		try {
			return ReflectionUtils.getDeclaredMethods(type);
		}
		catch (IllegalStateException | LinkageError ex) {
			// A signature names a missing class. Its tool may never need that class.
			requireUnrelated(type, ex);
			return new Method[0];
		}
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		return TermReaders.areInterestedIn(annotations(element));
	}

	private static boolean has(AnnotatedElement element, Class<? extends Annotation> annotation) {
		return annotations(element).isPresent(annotation);
	}

	/**
	 * Includes the annotations in a container: Java puts an application's own repeatable
	 * annotation in one if it is there twice.
	 * @throws GuardConfigurationException if Spring would find none, although there may
	 * be one of this library: Spring leaves out what can't be read
	 */
	private static MergedAnnotations annotations(AnnotatedElement element) {
		try {
			requireReadable(element, new HashSet<>());
		}
		catch (LinkageError | AnnotationFormatError ex) {
			requireUnrelated((element instanceof Method method) ? method.getDeclaringClass() : (Class<?>) element, ex);
			return MergedAnnotations.of(List.of());
		}
		return MergedAnnotations.from(element, MergedAnnotations.SearchStrategy.DIRECT,
				RepeatableContainers.standardRepeatables(), OF_SPRING);
	}

	private static void requireReadable(AnnotatedElement element, Set<Class<?>> seen) {
		for (Annotation annotation : element.getDeclaredAnnotations()) {
			Class<? extends Annotation> type = annotation.annotationType();
			if (OF_SPRING.matches(type)) {
				continue;
			}
			try {
				AnnotationUtils.validateAnnotation(annotation);
			}
			catch (IllegalStateException ex) {
				requireUnrelated(type, ex); // Spring leaves out this annotation only
			}
			if (seen.add(type)) {
				requireReadable(type, seen);
			}
		}
	}

	/**
	 * Require of a type that can't be read entirely that its class file has none of the
	 * annotations.
	 */
	private static void requireUnrelated(Class<?> type, Throwable reason) {
		Set<String> annotations = LostAnnotations.names(type);
		if (annotations == null || TermReaders.areInterestedIn(annotations)) {
			throw new GuardConfigurationException(
					type.getName() + " can't be read: " + NestedExceptionUtils.getMostSpecificCause(reason)
							+ ". It would run as if it had no annotation of LumoAuth.",
					"Add what is missing to the build, or move the code that names it to a class of its own.");
		}
	}

	private Set<AnnotatedElement> onMethod(Method method, Class<? extends Annotation> annotation) {
		Set<AnnotatedElement> found = Set.of();
		if (SameMethod.isOverridable(method)) {
			Predicate<Method> same = this.methods.as(method);
			found = closest(this.targetClass, (type) -> annotated(type, same, annotation), isMarker(annotation),
					new HashSet<>());
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
		return closest(type, (each) -> has(each, annotation) ? Set.of(each) : Set.of(), isMarker(annotation),
				new HashSet<>());
	}

	/**
	 * All annotations that set terms have the marker, whatever their kind. So the closest
	 * element with the marker must not end the search: an element further away may have
	 * an annotation of another kind.
	 */
	private static boolean isMarker(Class<? extends Annotation> annotation) {
		return annotation == GuardAnnotation.class;
	}

	/**
	 * Look at a type, and if nothing is found there, or everywhere, at its superclass and
	 * its interfaces.
	 */
	private static Set<AnnotatedElement> closest(@Nullable Class<?> type,
			Function<Class<?>, Set<AnnotatedElement>> here, boolean everywhere, Set<Class<?>> seen) {
		if (type == null || type == Object.class || !seen.add(type)) {
			return Set.of();
		}
		Set<AnnotatedElement> found = new LinkedHashSet<>(here.apply(type));
		if (found.isEmpty() || everywhere) {
			found.addAll(closest(type.getSuperclass(), here, everywhere, seen));
			for (Class<?> each : type.getInterfaces()) {
				found.addAll(closest(each, here, everywhere, seen));
			}
		}
		return found;
	}

}
