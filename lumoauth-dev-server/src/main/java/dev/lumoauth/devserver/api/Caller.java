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
 * The sender of a request to an API, by the token of the request, and what the sender may
 * do. All decisions are made here.
 *
 * @param tenant the tenant of the token
 * @param subject the token's subject
 * @param scopes the token's scopes
 * @param actor the agent that acts for the subject, if there is one. The caller then has
 * only those of the subject's capabilities that are in the scopes and that the actor has
 * too
 * @param inAnAgentsHands whether an agent has the token. The token was issued to the
 * agent, even if it is the token of a user who let the agent act, or the agent has
 * exchanged it
 * @param taskId the task of the token's just-in-time permission, if the token has one.
 * The caller then has what the scopes say, and no other capabilities of a user
 * @param audience the audience of the token, if it is not LumoAuth: an MCP server that
 * asks with the token that it received. The caller then has only what is in the scopes
 */
record Caller(Tenant tenant, Subject subject, Set<String> scopes, @Nullable Agent actor, boolean inAnAgentsHands,
		@Nullable String taskId, List<String> audience) {

	/**
	 * Decides as of now. A capability counts from the moment when it is granted until it
	 * is revoked, whatever the token's scopes are. A token for an MCP server, or one that
	 * an actor uses, is limited by its scopes too.
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
	 * Decides about a subject, which may be the caller.
	 */
	boolean decide(Subject about, String capability) {
		if (!about.isSame(this.subject)) {
			return about.capabilities().contains(capability);
		}
		agent().ifPresent((agent) -> agent.asked(capability));
		return has(capability);
	}

	/**
	 * Says why a capability was denied, for the log and the console.
	 */
	String whyNot(Subject about, String capability) {
		if (this.taskId != null && about.isSame(this.subject) && !this.scopes.contains(capability)) {
			return "the just-in-time permission is for something else";
		}
		if (!about.capabilities().contains(capability)) {
			return about.id() + " does not have it";
		}
		return (this.actor != null && !this.actor.hasCapability(capability)) ? this.actor.id() + " does not have it"
				: "the token does not have it as a scope";
	}

	/**
	 * Decides about a tool of an MCP server. The agent has to be allowed to use the
	 * server and to call the tool. A token for a server has to be for this server.
	 */
	boolean mayCall(Audience server, String tool) {
		return agent().filter((agent) -> server.permits(agent) && agent.mayCall(server.id(), tool)).isPresent()
				&& (this.audience.isEmpty() || server.names().stream().anyMatch(this.audience::contains));
	}

	/**
	 * The agent whose request this is, and whose budget counts it. A user with an own
	 * token has no such agent.
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
