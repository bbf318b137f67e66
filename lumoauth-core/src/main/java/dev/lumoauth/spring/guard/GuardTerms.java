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
 * On what terms code may run. Terms add up: whatever is found around it is needed, and
 * nothing replaces anything else.
 *
 * @param requirement which capabilities it needs, or {@code null} for none
 * @param onBehalfOfUser whether it acts for the current user, and is refused without one
 * @param approval which approval by a person it needs, or {@code null} for none
 * @param requestingDenied whether capabilities that the agent lacks are asked for
 * @since 0.1.0
 */
public record GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser,
		@Nullable ApprovalRequirement approval, boolean requestingDenied) {

	/**
	 * No terms at all: of code that a policy covers and that runs as it is.
	 */
	public static final GuardTerms NONE = new GuardTerms(null, false);

	/**
	 * Create terms that need no person.
	 * @param requirement which capabilities are needed, or {@code null} for none
	 * @param onBehalfOfUser whether the code acts for the user
	 */
	public GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		this(requirement, onBehalfOfUser, null, false);
	}

	/**
	 * Return the terms that hold where two are found.
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
	 * @return the terms; {@code null} if there are none then
	 */
	public @Nullable GuardTerms withoutUser() {
		return new GuardTerms(this.requirement, false, this.approval, this.requestingDenied).orNull();
	}

	/**
	 * Return these terms if there is anything in them.
	 * @return the terms, or {@code null}
	 */
	public @Nullable GuardTerms orNull() {
		return (this.requirement != null || this.onBehalfOfUser || this.approval != null) ? this : null;
	}

	/**
	 * Return whether nothing here forbids to ask for a capability.
	 */
	private boolean isRequestingIfDenied() {
		return this.requirement == null || this.requestingDenied;
	}

	/**
	 * Return whether whoever keeps these terms keeps others as well.
	 * @param other the others
	 * @return whether that is so
	 */
	public boolean includes(GuardTerms other) {
		return (this.onBehalfOfUser || !other.onBehalfOfUser)
				&& (other.requirement == null
						|| (this.requirement != null && this.requirement.includes(other.requirement)
								&& (!this.requestingDenied || other.requestingDenied)))
				&& (other.approval == null || (this.approval != null && this.approval.includes(other.approval)));
	}

	/**
	 * In words, for what is wrong with code of these terms.
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
