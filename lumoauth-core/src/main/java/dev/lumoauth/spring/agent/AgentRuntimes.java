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

package dev.lumoauth.spring.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;

import org.springframework.core.Ordered;
import org.springframework.util.Assert;

/**
 * The agents of an application.
 *
 * @since 0.1.0
 */
public final class AgentRuntimes implements RevocationListener, Ordered, AutoCloseable {

	private final AgentRuntime main;

	private final Map<String, AgentRuntime> named;

	/**
	 * Create the agents.
	 * @param main the default agent; without an identity if there are only named agents,
	 * or none
	 * @param named the named agents, by their names under {@code lumoauth.agents}
	 */
	public AgentRuntimes(AgentRuntime main, Map<String, AgentRuntime> named) {
		this.main = main;
		this.named = new LinkedHashMap<>(named);
	}

	/**
	 * Return the default agent.
	 * @return the default agent; a runtime without an identity if there is no default
	 * agent
	 */
	public AgentRuntime main() {
		return this.main;
	}

	/**
	 * Return a named agent.
	 * @param name its name under {@code lumoauth.agents}
	 * @return the agent
	 * @throws IllegalStateException if there is no such agent
	 */
	public AgentRuntime named(String name) {
		AgentRuntime agent = this.named.get(name);
		Assert.state(agent != null, () -> "There is no agent '" + name + "'");
		return agent;
	}

	/**
	 * Return a part of a named agent. The definitions of the named agents' beans use this
	 * method.
	 * @param name the name of the agent under {@code lumoauth.agents}
	 * @param type the type of the part
	 * @param <T> the type of the part
	 * @return the part
	 * @throws IllegalStateException if there is no such agent or part
	 */
	public <T> T part(String name, Class<T> type) {
		return named(name).get(type);
	}

	/**
	 * Return all agents.
	 * @return the agents, each with an identity: the default agent first if there is one,
	 * then the named ones
	 */
	public List<AgentRuntime> all() {
		List<AgentRuntime> all = new ArrayList<>();
		if (this.main.isAgent()) {
			all.add(this.main);
		}
		all.addAll(this.named.values());
		return all;
	}

	/**
	 * Forget everything that the agents remember, as after a start of the application.
	 */
	public void forget() {
		AgentRuntime.each(runtimes(), AgentRuntime::forget);
	}

	@Override
	public void revoked(Revocation revocation) {
		AgentRuntime.each(runtimes(), (agent) -> agent.forget(revocation));
	}

	/**
	 * Before the listeners that use the agents' tokens.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void close() {
		runtimes().forEach(AgentRuntime::close);
	}

	private List<AgentRuntime> runtimes() {
		List<AgentRuntime> runtimes = new ArrayList<>(List.of(this.main));
		runtimes.addAll(this.named.values());
		return runtimes;
	}

}
