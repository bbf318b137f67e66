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

package dev.lumoauth.spring.test;

import java.util.stream.Stream;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;

import org.springframework.beans.factory.ObjectProvider;

/**
 * What the agents of an application remember from one test to the next.
 *
 * @param agents supplies the agents, if the application has any
 */
record AgentMemory(ObjectProvider<AgentRuntimes> agents) {

	/**
	 * Forget decisions, tokens, the usage of budgets, and LumoAuth's failures.
	 */
	void forget() {
		this.agents.ifAvailable(AgentRuntimes::forget);
	}

	/**
	 * Forget which calls wait for a person. The requests stay in the approval store.
	 */
	void forgetWaitingCalls() {
		if (InMemoryConnection.HAS_APPROVALS) {
			approvals().forEach(Approvals::forget);
		}
	}

	/**
	 * Make the agents read the states of their pending approvals at once.
	 */
	void refreshApprovals() {
		if (InMemoryConnection.HAS_APPROVALS) {
			approvals()
				.forEach((approvals) -> approvals.pending().forEach((approval) -> approvals.refresh(approval.id())));
		}
	}

	private Stream<Approvals> approvals() {
		return this.agents.stream()
			.flatMap((all) -> all.all().stream())
			.map((agent) -> agent.find(LumoAuthApprovals.class))
			.filter(Approvals.class::isInstance)
			.map(Approvals.class::cast);
	}

}
