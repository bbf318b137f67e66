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

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A guard's decision about one call. It never contains arguments. The only text of a
 * model that it contains is the name of an existing tool.
 *
 * @param agent the client id of the agent; {@code none} if the application has none
 * @param decision the decision
 * @param stale whether an allow past its lifetime was used
 * @param capabilities the capabilities that the code needs; empty if it only acts for a
 * user
 * @param missing those of them that the agent lacks; empty unless denied
 * @param tool the name of the tool, or {@code null} if the code was called as a method
 * @param method the method with its class, or {@code null} if the code was called as a
 * tool
 * @since 0.1.0
 */
public record GuardOutcome(String agent, GuardDecision decision, boolean stale, List<String> capabilities,
		List<String> missing, @Nullable String tool, @Nullable String method) {

	public GuardOutcome {
		capabilities = List.copyOf(capabilities);
		missing = List.copyOf(missing);
	}

}
