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

package dev.lumoauth.spring.aauth.api;

import java.time.Clock;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * The agent that signs requests to LumoAuth's AAuth. An application uses
 * {@link dev.lumoauth.spring.aauth.agent.AAuthAgent}. Called by several threads at a
 * time.
 *
 * @since 0.1.0
 */
public interface SigningAgent {

	/**
	 * Return the identifier of the agent.
	 * @return the identifier
	 */
	String identifier();

	/**
	 * Return the current signing key.
	 * @return the key, which signs with Ed25519 or with RSASSA-PSS with SHA-512
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there is no key
	 */
	SigningKey key();

	/**
	 * Return the agent's token ({@code agent+jwt}) for an audience, which names the
	 * signing key.
	 * @param audience the audience: LumoAuth's issuer, or a resource
	 * @return the token in its compact form
	 */
	String agentToken(String audience);

	/**
	 * Return the clock for the agent's signatures.
	 * @return the clock
	 */
	Clock clock();

}
