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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.List;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * Credentials that a feature makes for the agents whose properties choose them. A feature
 * has a bean of this type. An agent's prefix is {@code lumoauth} or
 * {@code lumoauth.agents.<name>}.
 *
 * @since 0.1.0
 */
public interface FeatureCredentials {

	/**
	 * Return whether an agent's properties choose these credentials, by the
	 * {@code client-authentication-method} or, if that isn't set, by the feature's own
	 * properties.
	 * @param prefix the prefix of the agent's properties
	 * @param agent the agent's properties
	 * @return whether they do
	 */
	boolean areFor(String prefix, LumoAuthAgentProperties agent);

	/**
	 * Check the feature's properties of an agent that chooses these credentials.
	 * @param prefix the prefix of the agent's properties
	 * @param agent the agent's properties
	 * @param problems takes the problems
	 */
	void check(String prefix, LumoAuthAgentProperties agent, ConfigurationProblems problems);

	/**
	 * Make the credentials of an agent that chooses them.
	 * @param prefix the prefix of the agent's properties
	 * @param clientId the agent's id
	 * @param agent the agent's properties
	 * @param issuer LumoAuth's identifier
	 * @return the credentials
	 */
	AgentCredentials create(String prefix, String clientId, LumoAuthAgentProperties agent, String issuer);

	/**
	 * Return the secrets that an agent's properties name, such as the value of an
	 * environment variable, for the actuator not to show.
	 * @param prefix the prefix of the agent's properties
	 * @return the secrets
	 */
	List<String> secrets(String prefix);

	/**
	 * Return the property by which an agent chooses these credentials if it has no
	 * {@code client-authentication-method}, for messages.
	 * @return the name below the agent's prefix, such as
	 * {@code workload-identity.provider}
	 */
	String choice();

}
