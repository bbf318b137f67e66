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

package dev.lumoauth.devserver.approval;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The state of a task at one moment. The just-in-time permissions of an agent belong to a
 * task, and end with it.
 *
 * @param id its id
 * @param caepSessionId the id of its session of the continuous evaluation
 * @param tenant the tenant
 * @param agent the agent that it belongs to
 * @param user the user on whose behalf, if there is one
 * @param parentId the parent task, if there is one
 * @param name the agent's name for it
 * @param type the type of task that the agent gives
 * @param expiresAt when it ends automatically
 * @param denials how many of its requests a person has denied
 * @param riskScore the weighted sum of the requests
 * @param completedAt when the agent has completed it, if it has
 * @param suspendedAt when it was suspended, if it was
 * @since 0.1.0
 */
public record JitTask(String id, String caepSessionId, Tenant tenant, Agent agent, @Nullable User user,
		@Nullable String parentId, @Nullable String name, @Nullable String type, Instant expiresAt, int denials,
		int riskScore, @Nullable Instant completedAt, @Nullable Instant suspendedAt) {

	boolean isActive(Instant now) {
		return this.completedAt == null && this.suspendedAt == null && this.expiresAt.isAfter(now);
	}

	JitTask asked(int risk) {
		return with(this.denials, this.riskScore + risk, this.completedAt, this.suspendedAt);
	}

	JitTask denied() {
		return with(this.denials + 1, this.riskScore, this.completedAt, this.suspendedAt);
	}

	JitTask completed(Instant at) {
		return (this.completedAt != null) ? this : with(this.denials, this.riskScore, at, this.suspendedAt);
	}

	JitTask suspended(Instant at) {
		return with(this.denials, this.riskScore, this.completedAt, at);
	}

	private JitTask with(int newDenials, int newRiskScore, @Nullable Instant newCompletedAt,
			@Nullable Instant newSuspendedAt) {
		return new JitTask(this.id, this.caepSessionId, this.tenant, this.agent, this.user, this.parentId, this.name,
				this.type, this.expiresAt, newDenials, newRiskScore, newCompletedAt, newSuspendedAt);
	}

}
