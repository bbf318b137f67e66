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

package dev.lumoauth.devserver.workload;

import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.state.Agent;

/**
 * An agent that a platform's token identifies.
 *
 * @param agent the agent
 * @param identity the matching workload identity of the agent
 * @param subject the subject of the platform's token
 * @since 0.1.0
 */
public record Workload(Agent agent, WorkloadIdentityProperties identity, String subject) {

	/**
	 * Returns whether the token's audience does not name this agent.
	 * @return whether the audience is the tenant's issuer, and not a configured audience
	 */
	public boolean isAudienceGeneric() {
		return this.identity.audience() == null;
	}

}
