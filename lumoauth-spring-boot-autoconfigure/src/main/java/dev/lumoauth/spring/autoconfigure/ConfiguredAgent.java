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

package dev.lumoauth.spring.autoconfigure;

import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import org.jspecify.annotations.Nullable;

/**
 * One of the application's agents, as it is configured.
 *
 * @param name the agent's name under {@code lumoauth.agents}; {@code null} for the
 * default agent
 * @param clientId the agent's id
 * @param clientSecret the agent's secret, or {@code null} if it has none, or has it in a
 * file
 * @param settings how the agent authenticates
 */
record ConfiguredAgent(@Nullable String name, String clientId, @Nullable String clientSecret,
		LumoAuthAgentProperties settings) {

	/**
	 * Return the prefix of the agent's properties.
	 * @return the prefix, without a trailing dot
	 */
	String prefix() {
		return AgentIdentity.prefix(this.name);
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "ConfiguredAgent[name=" + this.name + ", clientId=" + this.clientId + "]";
	}

}
