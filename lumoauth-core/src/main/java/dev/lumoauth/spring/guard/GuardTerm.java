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

/**
 * One thing that guarded code needs, such as a capability, a user or a person's approval.
 * A {@link TermReader} reads a term from an annotation, and a {@link Gate} decides
 * whether a call on the term may go on. A term whose gate is missing refuses the call.
 * <p>
 * Terms are values: equal terms are {@code equals}, and {@link Object#toString()} says in
 * words what the code needs, such as {@code needs a person's approval}.
 *
 * @param <T> the type of the term itself
 * @since 0.1.0
 */
public interface GuardTerm<T extends GuardTerm<T>> {

	/**
	 * Return the combination of this and another term of the same kind.
	 * @param other the other term
	 * @return a term that is met only if both are
	 */
	T and(T other);

	/**
	 * Return whether code that meets this term also meets another one.
	 * @param other the other term
	 * @return whether this term includes the other
	 */
	boolean includes(T other);

	/**
	 * Return the name of the kind of term, as the actuator's endpoint shows it.
	 * @return a word in camel case, such as {@code approval}
	 */
	String code();

	/**
	 * Return whether each call is decided on its own, by its caller and its arguments. An
	 * entry point then passes these on, and refuses code whose result runs at will: it
	 * could run more often than it was decided.
	 * @return {@code false} by default
	 */
	default boolean isForOneCall() {
		return false;
	}

}
