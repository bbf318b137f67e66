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

package dev.lumoauth.spring.client;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The claims of an agent ({@code oauth/userinfo}).
 *
 * @param subject the agent, in a format that differs between versions of LumoAuth: opaque
 * @param capabilities the agent's capabilities; {@code null} if LumoAuth lists none,
 * which is not the same as an empty list
 * @param budgetPolicy limits and counters, those this library does not know included,
 * without the fields that are JSON {@code null}; {@code null} if the agent has no policy
 * or LumoAuth does not say
 */
record UserInfo(String subject, @Nullable Set<String> capabilities, @Nullable Map<String, Object> budgetPolicy) {

	UserInfo {
		capabilities = (capabilities != null) ? Set.copyOf(capabilities) : null;
		budgetPolicy = (budgetPolicy != null) ? Map.copyOf(budgetPolicy) : null;
	}

}
