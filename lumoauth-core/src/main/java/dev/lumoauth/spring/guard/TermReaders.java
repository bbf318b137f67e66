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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.lumoauth.spring.GuardAnnotation;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.io.support.SpringFactoriesLoader;

/**
 * All readers of terms: those of this package, and those of the modules beside it.
 */
final class TermReaders {

	private static final List<TermReader<?, ?>> ALL = load();

	private TermReaders() {
	}

	@SuppressWarnings("rawtypes")
	private static List<TermReader<?, ?>> load() {
		List<TermReader<?, ?>> readers = new ArrayList<>(List.of(new CapabilityTermReader(), new UserTerm.Reader()));
		for (TermReader reader : SpringFactoriesLoader.forDefaultResourceLocation(TermReader.class.getClassLoader())
			.load(TermReader.class)) {
			requireNotOfSpring(reader);
			readers.add(reader);
		}
		return List.copyOf(readers);
	}

	/**
	 * {@link TermsSearch} passes over Spring's annotations: the reader would never be
	 * called.
	 */
	static void requireNotOfSpring(TermReader<?, ?> reader) {
		if (FrameworkClasses.isOfSpring(reader.annotation())) {
			throw new IllegalStateException(reader.getClass().getName() + " can't read @"
					+ reader.annotation().getName() + ": Spring's annotations set no terms.");
		}
	}

	/**
	 * Return whether one of the annotations is present, or one that nobody reads.
	 */
	static boolean areInterestedIn(MergedAnnotations annotations) {
		if (annotations.isPresent(GuardAnnotation.class)) {
			return true;
		}
		for (TermReader<?, ?> reader : ALL) {
			if (annotations.isPresent(reader.annotation())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether one of the annotations, by the names of their classes, is among
	 * these.
	 */
	static boolean areInterestedIn(Set<String> annotations) {
		return annotations.contains(GuardAnnotation.class.getName())
				|| ALL.stream().anyMatch((reader) -> annotations.contains(reader.annotation().getName()));
	}

	/**
	 * Refuse annotations that set a term, and that nobody can read.
	 */
	private static void requireReaders(MergedAnnotations annotations) {
		annotations.stream(GuardAnnotation.class).forEach((marker) -> {
			MergedAnnotation<?> marked = marker.getMetaSource();
			if (marked != null && ALL.stream().noneMatch((reader) -> reader.annotation() == marked.getType())) {
				throw new GuardConfigurationException(
						"@" + marked.getType().getSimpleName() + " would be ignored: nothing reads it.",
						"Add the line for " + TermReader.class.getName() + " of the module that has "
								+ marked.getType().getName() + " to META-INF/spring.factories. If several jars are "
								+ "put together to one, append these files instead of choosing one of them.");
			}
		});
	}

	/**
	 * Read all annotations of some code.
	 * @param place the code
	 * @param annotations returns the annotations of a type, with the places where they
	 * are
	 * @return the terms, or {@code null} if there are none
	 * @throws GuardConfigurationException if there is an annotation that nobody reads
	 */
	static @Nullable GuardTerms read(TermPlace place, Function<Class<? extends Annotation>, List<Found>> annotations) {
		annotations.apply(GuardAnnotation.class).forEach((found) -> requireReaders(found.annotations()));
		GuardTerms terms = null;
		for (TermReader<?, ?> reader : ALL) {
			GuardTerm<?> term = read(reader, place, annotations.apply(reader.annotation()));
			if (term != null) {
				terms = GuardTerms.both(terms, GuardTerms.of(term));
			}
		}
		return terms;
	}

	private static <A extends Annotation, T extends GuardTerm<T>> @Nullable T read(TermReader<A, T> reader,
			TermPlace place, List<Found> annotations) {
		Set<T> terms = new LinkedHashSet<>();
		for (Found found : annotations) {
			found.annotations()
				.stream(reader.annotation())
				.forEach((annotation) -> terms.add(reader.read(annotation.synthesize(), found.place())));
		}
		return terms.isEmpty() ? null : reader.all(List.copyOf(terms), place);
	}

	/**
	 * Return the annotation by which a term is usually set, for messages.
	 * @param term the term
	 * @return such as {@code @RequiresCapability}
	 */
	static String annotation(GuardTerm<?> term) {
		return ALL.stream()
			.filter((reader) -> ResolvableType.forClass(TermReader.class, reader.getClass())
				.getGeneric(1)
				.resolve() == term.getClass())
			.map((reader) -> "@" + reader.annotation().getSimpleName())
			.findFirst()
			.orElse("@" + term.code());
	}

	/**
	 * Annotations of one element.
	 *
	 * @param place the element
	 * @param annotations its annotations
	 */
	record Found(TermPlace place, MergedAnnotations annotations) {
	}

}
