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

package dev.lumoauth.spring.tool;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a tool may run.
 *
 * @param requirement which capabilities it needs, or {@code null} for none
 * @param onBehalfOfUser whether it acts for the current user, and is refused without one
 * @since 0.1.0
 */
public record ToolTerms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {

	/**
	 * Return these terms with what is added where a tool is made or passed on. The
	 * closest capabilities count; a tool that acts for a user always does.
	 * @param outer the terms further away, or {@code null}
	 * @return the terms together
	 */
	ToolTerms within(@Nullable ToolTerms outer) {
		if (outer == null || (this.requirement != null && (this.onBehalfOfUser || !outer.onBehalfOfUser))) {
			return this;
		}
		return new ToolTerms((this.requirement != null) ? this.requirement : outer.requirement,
				this.onBehalfOfUser || outer.onBehalfOfUser);
	}

	/**
	 * In words, for what is wrong with a tool of these terms.
	 */
	@Override
	public String toString() {
		String required = (this.requirement != null) ? "requires " + this.requirement.capabilities() : "";
		String acts = this.onBehalfOfUser ? "acts for the user" : "";
		return required + (required.isEmpty() || acts.isEmpty() ? "" : " and ") + acts
				+ (required.isEmpty() && acts.isEmpty() ? "is covered by a policy" : "");
	}

}
