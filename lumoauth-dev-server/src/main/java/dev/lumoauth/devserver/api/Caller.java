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

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.Tenant;

/**
 * Who sends a request to an API, by the token of the request, and what it may: this
 * decides, whoever asks.
 *
 * @param tenant the tenant of the token
 * @param subject the token's subject
 * @param scopes the token's scopes
 * @param actor the agent that acts for the subject, if one does: the caller then has of
 * the subject's capabilities only those in the scopes that the actor has as well
 * @param inAnAgentsHands whether an agent has the token: it was issued to it, even if it
 * is the token of a user who let the agent act, or the agent has exchanged it
 * @param taskId the task whose just-in-time permission the token is, if it is one: the
 * caller then has what the scopes say, and of a user's capabilities no others
 * @param audience whom the token is for, if not for LumoAuth: an MCP server that asks
 * with the token it was sent. The caller then has only what is in the scopes
 */
record Caller(Tenant tenant, Subject subject, Set<String> scopes, @Nullable Agent actor, boolean inAnAgentsHands,
		@Nullable String taskId, List<String> audience) {

	/**
	 * Decides as of now: a capability counts from the moment that it is granted until it
	 * is revoked, whatever the token's scopes were. What is for an MCP server, or in an
	 * actor's hands, is limited by them as well.
	 */
	boolean has(String capability) {
		if (this.taskId != null) {
			return this.scopes.contains(capability)
					&& (this.subject.user() == null || this.subject.capabilities().contains(capability));
		}
		boolean inScope = (this.actor == null && this.audience.isEmpty()) || this.scopes.contains(capability);
		return this.subject.capabilities().contains(capability) && inScope
				&& (this.actor == null || this.actor.hasCapability(capability));
	}

	Set<String> capabilities() {
		Set<String> capabilities = new TreeSet<>((this.taskId != null) ? this.scopes : this.subject.capabilities());
		capabilities.removeIf((capability) -> !has(capability));
		return capabilities;
	}

	/**
	 * Decides about somebody, who may be the caller itself.
	 */
	boolean decide(Subject about, String capability) {
		if (!about.isSame(this.subject)) {
			return about.capabilities().contains(capability);
		}
		agent().ifPresent((agent) -> agent.asked(capability));
		return has(capability);
	}

	/**
	 * Decides about a tool of an MCP server: the agent may use the server and call the
	 * tool, and a token that is for a server is for this one.
	 */
	boolean mayCall(Audience server, String tool) {
		return agent().filter((agent) -> server.permits(agent) && agent.mayCall(server.id(), tool)).isPresent()
				&& (this.audience.isEmpty() || server.names().stream().anyMatch(this.audience::contains));
	}

	/**
	 * The agent whose request it is and whose budget it counts for. A user that comes
	 * with its own token has none.
	 */
	Optional<Agent> agent() {
		return Optional.ofNullable((this.actor != null) ? this.actor : this.subject.agent());
	}

	void spendACall() {
		agent().ifPresent((agent) -> agent.budget().spend(0, 1));
	}

	@Override
	public String toString() {
		return (this.actor != null) ? this.actor + " for " + this.subject.id() : this.subject.id();
	}

}
