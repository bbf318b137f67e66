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

import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * On what terms code may run. Terms add up: whatever is found around it is needed, and
 * nothing replaces anything else.
 *
 * @param requirement which capabilities it needs, or {@code null} for none
 * @param onBehalfOfUser whether it acts for the current user, and is refused without one
 * @since 0.1.0
 */
public record GuardTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {

	/**
	 * No terms at all: of code that a policy covers and that runs as it is.
	 */
	public static final GuardTerms NONE = new GuardTerms(null, false);

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
						first.onBehalfOfUser || second.onBehalfOfUser);
	}

	/**
	 * Return the terms that annotations set.
	 * @param requirement which capabilities are needed, or {@code null} for none
	 * @param onBehalfOfUser whether the code acts for the user
	 * @return the terms; {@code null} if there are none
	 */
	public static @Nullable GuardTerms of(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		return (requirement != null || onBehalfOfUser) ? new GuardTerms(requirement, onBehalfOfUser) : null;
	}

	/**
	 * Return whether whoever keeps these terms keeps others as well.
	 * @param other the others
	 * @return whether that is so
	 */
	public boolean includes(GuardTerms other) {
		return (this.onBehalfOfUser || !other.onBehalfOfUser) && (other.requirement == null
				|| (this.requirement != null && this.requirement.includes(other.requirement)));
	}

	/**
	 * In words, for what is wrong with code of these terms.
	 */
	@Override
	public String toString() {
		String required = (this.requirement != null) ? "requires " + this.requirement.capabilities() : "";
		String acts = this.onBehalfOfUser ? "acts for the user" : "";
		return required + (required.isEmpty() || acts.isEmpty() ? "" : " and ") + acts
				+ (required.isEmpty() && acts.isEmpty() ? "is covered by a policy" : "");
	}

}
