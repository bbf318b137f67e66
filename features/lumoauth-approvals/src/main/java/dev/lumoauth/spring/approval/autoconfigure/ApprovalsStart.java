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

package dev.lumoauth.spring.approval.autoconfigure;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Makes the application take care of requests that were made before its start, or by
 * other replicas. This happens in the background, once the application is ready.
 */
final class ApprovalsStart implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(ApprovalsStart.class);

	private final Supplier<List<AgentRuntime>> agents;

	private final Executor executor;

	/**
	 * Create the listener.
	 * @param agents supplies the agents; empty if there are no earlier requests
	 * @param executor runs the work
	 */
	ApprovalsStart(Supplier<List<AgentRuntime>> agents, Executor executor) {
		this.agents = agents;
		this.executor = executor;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		try {
			this.executor.execute(this::start);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

	private void start() {
		for (AgentRuntime agent : this.agents.get()) {
			if (agent.find(LumoAuthApprovals.class) instanceof Approvals approvals) {
				approvals.start();
			}
		}
	}

}
