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
 * A remembered answer of LumoAuth.
 *
 * @param capability the name of the capability
 * @param allowed whether the agent has it
 * @param stale whether its lifetime is over, so that it counts only while LumoAuth is
 * unreachable
 * @param age the age of the answer, from the time of the request
 * @since 0.1.0
 */
public record RememberedDecision(String capability, boolean allowed, boolean stale, Duration age) {

	/**
	 * Return the decision as it is shown.
	 * @return {@code allow}, {@code deny} or {@code stale}
	 */
	public String code() {
		if (this.stale) {
			return "stale";
		}
		return this.allowed ? "allow" : "deny";
	}

}
