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

package dev.lumoauth.spring.approval;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The approval that guarded code needs: all rules that were found for it. A call needs a
 * person's approval if one of the rules says so.
 *
 * @since 0.1.0
 */
public final class ApprovalRequirement {

	private final Set<ApprovalRule> rules;

	private ApprovalRequirement(Set<ApprovalRule> rules) {
		this.rules = rules;
	}

	/**
	 * Return the requirement that consists of one rule.
	 * @param rule the rule
	 * @return the requirement
	 */
	public static ApprovalRequirement of(ApprovalRule rule) {
		return new ApprovalRequirement(Set.of(rule));
	}

	/**
	 * Return the combination of two requirements.
	 * @param first a requirement, or {@code null} for none
	 * @param second another one, or {@code null} for none
	 * @return a requirement that has the rules of both; {@code null} if there is none
	 */
	public static @Nullable ApprovalRequirement both(@Nullable ApprovalRequirement first,
			@Nullable ApprovalRequirement second) {
		if (first == null || second == null) {
			return (first != null) ? first : second;
		}
		if (first.includes(second)) {
			return first;
		}
		Set<ApprovalRule> all = new LinkedHashSet<>(first.rules);
		all.addAll(second.rules);
		return new ApprovalRequirement(all);
	}

	/**
	 * Return whether this requirement has all the rules of another.
	 * @param other the other requirement
	 * @return whether this requirement has them all
	 */
	public boolean includes(ApprovalRequirement other) {
		return this.rules.containsAll(other.rules);
	}

	/**
	 * Return the rules.
	 * @return at least one
	 */
	public Set<ApprovalRule> rules() {
		return this.rules;
	}

	/**
	 * Return the rules that say that a call needs a person.
	 */
	List<ApprovalRule> appliedTo(CallArguments arguments) {
		return this.rules.stream().filter((rule) -> rule.appliesTo(arguments)).toList();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ApprovalRequirement requirement && this.rules.equals(requirement.rules);
	}

	@Override
	public int hashCode() {
		return this.rules.hashCode();
	}

	@Override
	public String toString() {
		return this.rules.toString();
	}

}
