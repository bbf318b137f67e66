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

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.GuardTerm;
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
public final class ApprovalRequirement implements GuardTerm<ApprovalRequirement> {

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

	@Override
	public ApprovalRequirement and(ApprovalRequirement other) {
		if (includes(other)) {
			return this;
		}
		Set<ApprovalRule> all = new LinkedHashSet<>(this.rules);
		all.addAll(other.rules);
		return new ApprovalRequirement(all);
	}

	/**
	 * Return whether this requirement has all the rules of another.
	 * @param other the other requirement
	 * @return whether this requirement has them all
	 */
	@Override
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
	 * @param arguments the arguments of the call
	 * @return the rules; none if the call needs no approval
	 */
	public List<ApprovalRule> appliedTo(CallArguments arguments) {
		return this.rules.stream().filter((rule) -> rule.appliesTo(arguments)).toList();
	}

	@Override
	public String code() {
		return "approval";
	}

	@Override
	public boolean isForOneCall() {
		return true;
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
		return "needs a person's approval";
	}

}
