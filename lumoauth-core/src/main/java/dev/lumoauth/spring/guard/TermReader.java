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
import java.util.List;

/**
 * Reads annotations of one kind into a term. Annotations are searched for by the guard:
 * on methods, on types, on {@code @Bean} methods, on what a class overrides and
 * implements, and as meta-annotations.
 * <p>
 * A module lists its readers in {@code META-INF/spring.factories}, under the name of this
 * interface, since annotated code is found before there are beans. A reader has a
 * constructor without parameters.
 *
 * @param <A> the type of the annotation
 * @param <T> the type of the term
 * @since 0.1.0
 */
public interface TermReader<A extends Annotation, T extends GuardTerm<T>> {

	/**
	 * Return the type of the annotation.
	 * @return the type, which is retained at run time and not one of Spring's
	 */
	Class<A> annotation();

	/**
	 * Read an annotation.
	 * @param annotation the annotation
	 * @param place where it is
	 * @return the term
	 * @throws GuardConfigurationException if the annotation is not valid; the application
	 * doesn't start
	 */
	T read(A annotation, TermPlace place);

	/**
	 * Return the term of all annotations that are equally close to the code, such as
	 * those of two interfaces of a class.
	 * @param terms the terms of the annotations, at least one
	 * @param place the code
	 * @return by default all of them together
	 * @throws GuardConfigurationException if the annotations contradict each other
	 */
	default T all(List<T> terms, TermPlace place) {
		T all = terms.get(0);
		for (T each : terms) {
			all = all.and(each);
		}
		return all;
	}

}
