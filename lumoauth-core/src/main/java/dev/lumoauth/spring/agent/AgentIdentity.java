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

package dev.lumoauth.spring.agent;

import org.jspecify.annotations.Nullable;

/**
 * Which of the application's agents an {@link AgentRuntime} is for.
 *
 * @param name the name of the agent under {@code lumoauth.agents}; {@code null} for the
 * default agent
 * @param clientId the id by which LumoAuth knows the agent
 * @since 0.1.0
 */
public record AgentIdentity(@Nullable String name, String clientId) {

	/**
	 * Return the prefix of the properties of an agent.
	 * @param name the name of the agent; {@code null} for the default agent
	 * @return {@code lumoauth} or {@code lumoauth.agents.<name>}, without a trailing dot
	 */
	public static String prefix(@Nullable String name) {
		return (name != null) ? "lumoauth.agents." + name : "lumoauth";
	}

	/**
	 * Return the prefix of the agent's properties.
	 * @return {@code lumoauth} or {@code lumoauth.agents.<name>}, without a trailing dot
	 */
	public String prefix() {
		return prefix(this.name);
	}

}
