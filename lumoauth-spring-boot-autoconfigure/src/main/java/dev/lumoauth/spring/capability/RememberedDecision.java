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
package dev.lumoauth.spring.capability;

import java.time.Duration;

/**
 * An answer of LumoAuth that is remembered and counts.
 *
 * @param capability the name of the capability
 * @param allowed whether the agent has it
 * @param age for how long it is known, from when it was asked for
 * @since 0.1.0
 */
public record RememberedDecision(String capability, boolean allowed, Duration age) {

	/**
	 * Return the decision as it is shown.
	 * @return {@code allow} or {@code deny}
	 */
	public String code() {
		return (this.allowed ? GuardDecision.ALLOW : GuardDecision.DENY).code();
	}

}
