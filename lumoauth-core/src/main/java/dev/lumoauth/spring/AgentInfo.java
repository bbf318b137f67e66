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

package dev.lumoauth.spring;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What LumoAuth knows about an agent ({@code GET agents/me}).
 *
 * @param agentId the agent's id, such as {@code agt_research-analyst}
 * @param name the agent's display name, if LumoAuth gave one
 * @param tenant the tenant or organization that the agent belongs to
 * @param status the agent's status, an open set; usually {@code active}
 * @param capabilities the capabilities that LumoAuth lists for the agent, for display
 * only. For a decision call {@link LumoAuthAgent#hasCapability(String)}
 * @since 0.1.0
 */
public record AgentInfo(String agentId, @Nullable String name, @Nullable String tenant, @Nullable String status,
		Set<String> capabilities) {

	public AgentInfo {
		capabilities = Set.copyOf(capabilities);
	}

}
