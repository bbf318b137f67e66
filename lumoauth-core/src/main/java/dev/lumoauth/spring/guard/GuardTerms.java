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
import java.util.List;

import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which guarded code may run. Terms add up: all terms that are found for the
 * code are needed, and none replaces another.
 *
 * @param requirement the capabilities that the code needs, or {@code null} for none
 * @param onBehalfOfUser whether the code acts for the current user, and is refused
 * without a user
 * @param approval the approval by a person that the code needs, or {@code null} for none
 * @param requestingDenied whether capabilities that the agent lacks are requested
 * @since 0.1.0
 */
public record GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser,
		@Nullable ApprovalRequirement approval, boolean requestingDenied) {

	/**
	 * No terms: for code that a policy covers and that runs without conditions.
	 */
	public static final GuardTerms NONE = new GuardTerms(null, false);

	/**
	 * Create terms that need no person.
	 * @param requirement the capabilities that the code needs, or {@code null} for none
	 * @param onBehalfOfUser whether the code acts for the user
	 */
	public GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		this(requirement, onBehalfOfUser, null, false);
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
		return first.includes(second) ? first
				: new GuardTerms(CapabilityRequirement.both(first.requirement, second.requirement),
						first.onBehalfOfUser || second.onBehalfOfUser,
						ApprovalRequirement.both(first.approval, second.approval),
						first.isRequestingIfDenied() && second.isRequestingIfDenied());
	}

	/**
	 * Return these terms without the user.
	 * @return the terms; {@code null} if no others are left
	 */
	public @Nullable GuardTerms withoutUser() {
		return new GuardTerms(this.requirement, false, this.approval, this.requestingDenied).orNull();
	}

	/**
	 * Return these terms unless they are empty.
	 * @return the terms, or {@code null}
	 */
	public @Nullable GuardTerms orNull() {
		return (this.requirement != null || this.onBehalfOfUser || this.approval != null) ? this : null;
	}

	/**
	 * Return whether nothing here forbids requesting a capability.
	 */
	private boolean isRequestingIfDenied() {
		return this.requirement == null || this.requestingDenied;
	}

	/**
	 * Return whether code that meets these terms also meets others.
	 * @param other the other terms
	 * @return whether these terms include the others
	 */
	public boolean includes(GuardTerms other) {
		return (this.onBehalfOfUser || !other.onBehalfOfUser)
				&& (other.requirement == null
						|| (this.requirement != null && this.requirement.includes(other.requirement)
								&& (!this.requestingDenied || other.requestingDenied)))
				&& (other.approval == null || (this.approval != null && this.approval.includes(other.approval)));
	}

	/**
	 * In words, for messages about code with these terms.
	 */
	@Override
	public String toString() {
		List<String> words = new ArrayList<>();
		if (this.requirement != null) {
			words.add("requires " + this.requirement.capabilities());
		}
		if (this.onBehalfOfUser) {
			words.add("acts for the user");
		}
		if (this.approval != null) {
			words.add("needs a person's approval");
		}
		return words.isEmpty() ? "is covered by a policy" : String.join(" and ", words);
	}

}
