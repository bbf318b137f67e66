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

import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.guard.CallArguments;

/**
 * The approval that one {@link RequiresApproval} annotation or one setting asks for.
 *
 * @since 0.1.0
 */
public final class ApprovalRule {

	/**
	 * The end of the text that stands for a rule for which an automatic approval is not
	 * enough.
	 */
	public static final String BY_PERSON = ", by a person";

	private final ReasonTemplate reason;

	private final Impact impact;

	private final String when;

	private final @Nullable Condition condition;

	private final List<String> audiences;

	private final boolean byPerson;

	/**
	 * Create a rule for which an automatic approval by LumoAuth is enough.
	 * @param reason see below
	 * @param impact see below
	 * @param when see below
	 * @param audiences see below
	 */
	public ApprovalRule(String reason, Impact impact, String when, List<String> audiences) {
		this(reason, impact, when, audiences, false);
	}

	/**
	 * Create a rule.
	 * @param reason what the person reads, with placeholders as in
	 * {@link RequiresApproval#reason()}; may be empty
	 * @param impact how much the call changes
	 * @param when which calls need the approval, as in {@link RequiresApproval#when()};
	 * may be empty
	 * @param audiences the servers that the call's token is for
	 * @param byPerson whether an automatic approval by LumoAuth is not enough
	 * @throws IllegalArgumentException if the reason or the expression can't be read, or
	 * the expression uses something that {@link RequiresApproval#when()} does not allow
	 */
	public ApprovalRule(String reason, Impact impact, String when, List<String> audiences, boolean byPerson) {
		this.reason = new ReasonTemplate(reason);
		this.impact = impact;
		this.when = when.trim();
		this.condition = this.when.isEmpty() ? null : new Condition(this.when);
		this.audiences = List.copyOf(audiences);
		this.byPerson = byPerson;
	}

	public static ApprovalRule of(RequiresApproval annotation) {
		return new ApprovalRule(annotation.reason(), annotation.impact(), annotation.when(),
				List.of(annotation.audience()), annotation.byPerson());
	}

	/**
	 * Return which arguments the reason and the condition name.
	 * @return the names
	 */
	public Set<String> argumentNames() {
		Set<String> names = this.reason.names();
		if (this.condition != null) {
			names.addAll(this.condition.names());
		}
		return names;
	}

	/**
	 * Return whether a call needs a person's approval. A call for which that is not clear
	 * needs it.
	 * @param arguments the arguments by name
	 * @return {@code false} only if there is a condition and it says so
	 */
	boolean appliesTo(CallArguments arguments) {
		return this.condition == null || !this.condition.excludes(arguments);
	}

	/**
	 * Return what the person reads.
	 * @param arguments the arguments of the call
	 * @return the reason, in which the placeholders are replaced
	 */
	public String reason(CallArguments arguments) {
		return this.reason.fill(arguments.values());
	}

	/**
	 * Return how much the call changes.
	 * @return the impact
	 */
	public Impact impact() {
		return this.impact;
	}

	/**
	 * Return whether an automatic approval by LumoAuth is not enough.
	 * @return whether a person has to approve the call
	 */
	public boolean byPerson() {
		return this.byPerson;
	}

	/**
	 * Return the servers that the call's token is for.
	 * @return their audiences
	 */
	public List<String> audiences() {
		return this.audiences;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ApprovalRule rule && this.reason.equals(rule.reason) && this.impact == rule.impact
				&& this.when.equals(rule.when) && this.audiences.equals(rule.audiences)
				&& this.byPerson == rule.byPerson;
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.reason, this.impact, this.when, this.audiences, this.byPerson);
	}

	@Override
	public String toString() {
		return this.impact.code() + " " + this.reason + (this.when.isEmpty() ? "" : " when " + this.when)
				+ (this.byPerson ? BY_PERSON : "");
	}

}
