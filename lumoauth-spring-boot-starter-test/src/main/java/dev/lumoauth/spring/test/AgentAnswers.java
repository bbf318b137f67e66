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

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.util.Assert;

/**
 * LumoAuth's answers about the agent.
 *
 * @param capabilities the capabilities of the agent, with {@link WithAgent#ALL} for all
 * @param denied the capabilities that are denied nevertheless
 * @param budget the agent's budget
 * @param unavailable whether LumoAuth gives no answer at all
 * @param approvals the decision of people who are asked to approve a call
 */
record AgentAnswers(Set<String> capabilities, Set<String> denied, AgentBudget budget, boolean unavailable,
		AgentApprovals approvals) {

	static final AgentAnswers NO_CAPABILITY = new AgentAnswers(Set.of(), Set.of(), AgentBudget.AVAILABLE, false,
			AgentApprovals.PENDING);

	AgentAnswers {
		capabilities = Set.copyOf(capabilities);
		denied = Set.copyOf(denied);
		capabilities.forEach(AgentAnswers::requireName);
		denied.forEach(AgentAnswers::requireName);
		Assert.isTrue(!denied.contains(WithAgent.ALL),
				"'*' can't be denied: every capability that is not granted is denied anyway");
		Set<String> both = new TreeSet<>(capabilities);
		both.retainAll(denied);
		Assert.isTrue(both.isEmpty(), () -> both + " can't be both granted and denied");
	}

	private static void requireName(String name) {
		Assert.isTrue(!name.isBlank() && name.equals(name.strip()),
				() -> "'" + name + "' is not the name of a capability: it is blank, or it begins or ends with a blank");
	}

	static AgentAnswers of(WithAgent annotation) {
		return new AgentAnswers(names(annotation.capabilities()), names(annotation.denied()), annotation.budget(),
				annotation.unavailable(), annotation.approvals());
	}

	static Set<String> names(String... names) {
		return new LinkedHashSet<>(Arrays.asList(names));
	}

	boolean allows(String capability) {
		return !this.denied.contains(capability)
				&& (this.capabilities.contains(capability) || this.capabilities.contains(WithAgent.ALL));
	}

	/**
	 * Whether a tool of an MCP server may be called, which is granted and denied by a
	 * name such as {@code mcp-tool:financial/queryFinancials}, whatever the server is
	 * called.
	 */
	boolean allowsTool(String tool) {
		return this.denied.stream().noneMatch((name) -> isTool(name, tool))
				&& (this.capabilities.contains(WithAgent.ALL)
						|| this.capabilities.stream().anyMatch((name) -> isTool(name, tool)));
	}

	private static boolean isTool(String name, String tool) {
		return name.startsWith("mcp-tool:") && name.endsWith("/" + tool);
	}

	/**
	 * The capabilities, without {@link WithAgent#ALL}.
	 */
	List<String> named() {
		return this.capabilities.stream().filter((name) -> !name.equals(WithAgent.ALL)).sorted().toList();
	}

	AgentAnswers grant(Set<String> names) {
		return new AgentAnswers(with(this.capabilities, names), without(this.denied, names), this.budget,
				this.unavailable, this.approvals);
	}

	AgentAnswers deny(Set<String> names) {
		return new AgentAnswers(without(this.capabilities, names), with(this.denied, names), this.budget,
				this.unavailable, this.approvals);
	}

	AgentAnswers budget(AgentBudget budget) {
		return new AgentAnswers(this.capabilities, this.denied, budget, this.unavailable, this.approvals);
	}

	AgentAnswers unavailable(boolean unavailable) {
		return new AgentAnswers(this.capabilities, this.denied, this.budget, unavailable, this.approvals);
	}

	AgentAnswers approvals(AgentApprovals approvals) {
		return new AgentAnswers(this.capabilities, this.denied, this.budget, this.unavailable, approvals);
	}

	private static Set<String> with(Set<String> all, Set<String> others) {
		Set<String> names = new LinkedHashSet<>(all);
		names.addAll(others);
		return names;
	}

	private static Set<String> without(Set<String> all, Set<String> others) {
		Set<String> names = new LinkedHashSet<>(all);
		names.removeAll(others);
		return names;
	}

}
