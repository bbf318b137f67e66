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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which guarded code may run, at most one of each kind. Terms add up: all
 * terms that are found for the code are needed, and none replaces another.
 *
 * @since 0.1.0
 */
public final class GuardTerms {

	/**
	 * No terms: for code that a policy covers and that runs without conditions.
	 */
	public static final GuardTerms NONE = new GuardTerms(List.of());

	/** Equal terms are in the same order. Messages name the capability first. */
	private static final Comparator<GuardTerm<?>> ORDER = Comparator
		.<GuardTerm<?>>comparingInt((term) -> (term instanceof CapabilityTerm) ? 0 : (term instanceof UserTerm) ? 1 : 2)
		.thenComparing((term) -> term.getClass().getName());

	private final List<GuardTerm<?>> terms;

	private final boolean forOneCall;

	private final @Nullable CapabilityTerm only;

	private GuardTerms(List<GuardTerm<?>> terms) {
		this.terms = terms;
		this.forOneCall = terms.stream().anyMatch(GuardTerm::isForOneCall);
		this.only = (terms.size() == 1 && terms.get(0) instanceof CapabilityTerm term) ? term : null;
	}

	/**
	 * Create terms of the two kinds that need nothing but the agent and its user.
	 * @param requirement the capabilities that the code needs, or {@code null} for none
	 * @param onBehalfOfUser whether the code acts for the user
	 */
	public GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		this(listed(requirement, onBehalfOfUser));
	}

	private static List<GuardTerm<?>> listed(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		List<GuardTerm<?>> terms = new ArrayList<>();
		if (requirement != null) {
			terms.add(new CapabilityTerm(requirement, false));
		}
		if (onBehalfOfUser) {
			terms.add(UserTerm.INSTANCE);
		}
		return List.copyOf(terms);
	}

	/**
	 * Return terms that consist of one term.
	 * @param term the term
	 * @return the terms
	 */
	public static GuardTerms of(GuardTerm<?> term) {
		return new GuardTerms(List.of(term));
	}

	/**
	 * Return the combination of two sets of terms.
	 * @param first some terms, or {@code null} for none
	 * @param second other terms, or {@code null} for none
	 * @return the terms together; {@code null} if there are none
	 */
	public static @Nullable GuardTerms both(@Nullable GuardTerms first, @Nullable GuardTerms second) {
		if (first == null || second == null) {
			return (first != null) ? first : second;
		}
		return first.includes(second) ? first : first.and(second);
	}

	/**
	 * Return these terms and others.
	 * @param others the other terms
	 * @return the terms together
	 */
	public GuardTerms and(GuardTerms others) {
		List<GuardTerm<?>> all = new ArrayList<>(this.terms);
		others.terms.forEach((term) -> add(all, term));
		all.sort(ORDER);
		return new GuardTerms(List.copyOf(all));
	}

	private static <T extends GuardTerm<T>> void add(List<GuardTerm<?>> all, GuardTerm<T> added) {
		for (int i = 0; i < all.size(); i++) {
			if (all.get(i).getClass() == added.getClass()) {
				all.set(i, GuardTerms.<T>own(added.getClass(), all.get(i)).and(own(added.getClass(), added)));
				return;
			}
		}
		all.add(added);
	}

	/**
	 * Terms are their own types.
	 */
	@SuppressWarnings("unchecked")
	private static <T extends GuardTerm<T>> T own(Class<?> type, GuardTerm<?> term) {
		return (T) type.cast(term);
	}

	/**
	 * Return the term of one kind.
	 * @param type the class of the term
	 * @param <T> the type of the term
	 * @return the term, or {@code null} if there is none of that kind
	 */
	public <T extends GuardTerm<T>> @Nullable T get(Class<T> type) {
		// By index: every call comes here.
		for (int i = 0; i < this.terms.size(); i++) {
			if (this.terms.get(i).getClass() == type) {
				return type.cast(this.terms.get(i));
			}
		}
		return null;
	}

	/**
	 * Return the capabilities that are all that the code needs.
	 * @return the term; {@code null} if there are others, or none
	 */
	@Nullable CapabilityTerm onlyCapability() {
		return this.only;
	}

	/**
	 * Return all terms.
	 * @return at most one of each kind
	 */
	public List<GuardTerm<?>> all() {
		return this.terms;
	}

	/**
	 * Return the capabilities that the code needs.
	 * @return the capabilities, or {@code null} for none
	 */
	public @Nullable CapabilityRequirement requirement() {
		CapabilityTerm term = get(CapabilityTerm.class);
		return (term != null) ? term.requirement() : null;
	}

	/**
	 * Return whether the code acts for the current user, and is refused without a user.
	 * @return whether it does
	 */
	public boolean onBehalfOfUser() {
		return get(UserTerm.class) != null;
	}

	/**
	 * Return whether each call is decided on its own.
	 * @return whether one of the terms says so
	 * @see GuardTerm#isForOneCall()
	 */
	public boolean isForOneCall() {
		return this.forOneCall;
	}

	/**
	 * Return these terms without the user.
	 * @return the terms; {@code null} if no others are left
	 */
	public @Nullable GuardTerms withoutUser() {
		return new GuardTerms(this.terms.stream().filter((term) -> !(term instanceof UserTerm)).toList()).orNull();
	}

	/**
	 * Return these terms unless they are empty.
	 * @return the terms, or {@code null}
	 */
	public @Nullable GuardTerms orNull() {
		return this.terms.isEmpty() ? null : this;
	}

	/**
	 * Return whether code that meets these terms also meets others.
	 * @param other the other terms
	 * @return whether these terms include the others
	 */
	public boolean includes(GuardTerms other) {
		return other.terms.stream().allMatch(this::includes);
	}

	private <T extends GuardTerm<T>> boolean includes(GuardTerm<T> other) {
		for (GuardTerm<?> term : this.terms) {
			if (term.getClass() == other.getClass()) {
				return GuardTerms.<T>own(other.getClass(), term).includes(own(other.getClass(), other));
			}
		}
		return false;
	}

	/**
	 * Return the name of the annotation by which one of the terms is usually set.
	 * @return such as {@code @RequiresCapability}
	 */
	public String annotation() {
		if (this.terms.isEmpty()) {
			return "a policy";
		}
		CapabilityTerm capability = get(CapabilityTerm.class);
		return TermReaders.annotation((capability != null) ? capability : this.terms.get(this.terms.size() - 1));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof GuardTerms more && this.terms.equals(more.terms);
	}

	@Override
	public int hashCode() {
		return this.terms.hashCode();
	}

	/**
	 * In words, for messages about code with these terms.
	 */
	@Override
	public String toString() {
		return this.terms.isEmpty() ? "is covered by a policy"
				: this.terms.stream().map(Object::toString).collect(Collectors.joining(" and "));
	}

}
