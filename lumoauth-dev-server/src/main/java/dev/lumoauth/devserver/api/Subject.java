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

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * An agent or a user that a decision is about. If the tenant does not have the subject,
 * nothing is allowed.
 *
 * @param type {@code agent}, {@code user}, or what a request says instead
 * @param id the id, as a request says it
 * @param agent the agent, if it is one of the tenant
 * @param user the user, if it is one of the tenant
 */
record Subject(String type, String id, @Nullable Agent agent, @Nullable User user) {

	static final String AGENT = "agent";

	static final String USER = "user";

	static Subject of(Agent agent) {
		return new Subject(AGENT, agent.id(), agent, null);
	}

	static Subject of(User user) {
		return new Subject(USER, user.id(), null, user);
	}

	static Subject find(Tenant tenant, String type, String id) {
		return new Subject(type, id, AGENT.equals(type) ? tenant.agent(id).orElse(null) : null,
				USER.equals(type) ? tenant.userById(id).orElse(null) : null);
	}

	boolean isSame(Subject other) {
		return this.type.equals(other.type) && this.id.equals(other.id);
	}

	/**
	 * The current permissions of the subject. For a user: what the user may delegate.
	 */
	Set<String> capabilities() {
		if (this.agent != null) {
			return this.agent.capabilities();
		}
		return (this.user != null) ? this.user.scopes() : Set.of();
	}

	/**
	 * Adds the fields that name the subject of an answer. LumoAuth has {@code user_id}
	 * for users only.
	 */
	void describe(Map<String, Object> answer) {
		answer.put("subject_type", this.type);
		answer.put("subject_id", this.id);
		if (USER.equals(this.type)) {
			answer.put("user_id", this.id);
		}
	}

}
