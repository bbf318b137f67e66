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

package dev.lumoauth.devserver.api;

import java.util.Set;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;

/**
 * Who sends a request to an API, by the token of the request.
 *
 * @param tenant the tenant of the token
 * @param agent the token's subject
 * @param scopes the token's scopes
 * @param delegated whether another acts for the agent, which then has of the agent's
 * capabilities only those in the scopes
 */
record Caller(Tenant tenant, Agent agent, Set<String> scopes, boolean delegated) {

	/**
	 * Decides as of now: a capability counts from the moment that it is granted until it
	 * is revoked, whatever the token's scopes were.
	 */
	boolean has(String capability) {
		return this.agent.hasCapability(capability) && (!this.delegated || this.scopes.contains(capability));
	}

}
