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

package dev.lumoauth.spring.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.Ordered;

/**
 * Makes the application's agents forget what LumoAuth has revoked for them, or for the
 * users for whom they act. Tokens come first, so that a request for a decision right
 * after uses a new token. The used part of an agent's budget stays.
 */
final class AgentRevocations implements RevocationListener, Ordered {

	private static final Log logger = LogFactory.getLog(AgentRevocations.class);

	private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

	private final KnownAgents agents;

	private final Executor executor;

	private final Set<String> asking = ConcurrentHashMap.newKeySet();

	/** The time of LumoAuth's last failure to answer. */
	private final Map<String, Long> failures = new ConcurrentHashMap<>();

	/**
	 * Create the listener.
	 * @param agents the application's agents
	 * @param executor finds out in the background under which names LumoAuth knows them
	 */
	AgentRevocations(KnownAgents agents, Executor executor) {
		this.agents = agents;
		this.executor = executor;
	}

	@Override
	public void revoked(Revocation revocation) {
		for (KnownAgent agent : this.agents.all()) {
			Set<String> names = agent.tokens().names();
			if (revocation.effect() != Revocation.Effect.DECISIONS) {
				agent.tokens().forget(revocation.subjects());
				if (agent.approvals() instanceof Approvals approvals) {
					approvals.forgetTokens(); // each asks for its token again
				}
			}
			if (revocation.concerns(names)) {
				agent.decisions().invalidate();
			}
			if (names.isEmpty()) {
				learn(agent);
			}
		}
	}

	/**
	 * An agent whose tokens don't name it treats every event as its own, until LumoAuth
	 * has said which id it uses for the agent. LumoAuth is asked at most once a minute.
	 */
	private void learn(KnownAgent agent) {
		Long failure = this.failures.get(agent.clientId());
		if ((failure != null && System.nanoTime() - failure < PAUSE) || !this.asking.add(agent.clientId())) {
			return;
		}
		try {
			this.executor.execute(() -> {
				try {
					agent.tokens().knownAs(new LumoAuthClient(agent.http(), agent.tokens()).me().agentId());
				}
				catch (LumoAuthException ex) {
					this.failures.put(agent.clientId(), System.nanoTime());
					logger.debug("LumoAuth doesn't say which id it uses for '" + agent.clientId() + "'", ex);
				}
				finally {
					this.asking.remove(agent.clientId());
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.asking.remove(agent.clientId());
		}
	}

	/**
	 * Before the listeners that use the agents' tokens.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
