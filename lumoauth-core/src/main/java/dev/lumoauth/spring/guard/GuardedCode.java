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
 * Code that a guard protects.
 *
 * @param name the name of a tool; of a bean; or of a bean and its method, such as
 * {@code documents.search}
 * @param layer the layer of the guard
 * @param agent the name of the agent whose capabilities count, under
 * {@code lumoauth.agents}; {@code null} for the default agent
 * @param terms the terms on which the code runs
 * @since 0.1.0
 */
public record GuardedCode(String name, GuardLayer layer, @Nullable String agent, GuardTerms terms) {

	/**
	 * Return the capabilities that the code needs.
	 * @return the capabilities, or {@code null} for none
	 */
	public @Nullable CapabilityRequirement requirement() {
		return this.terms.requirement();
	}

}
