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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approvals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Makes the application learn the decisions on requests that were made before its start.
 * This happens in the background, once the application is ready. A database that does not
 * answer is asked again later.
 */
final class ApprovalsStart implements ApplicationListener<ApplicationReadyEvent> {

	static final Duration PAUSE = Duration.ofSeconds(30);

	private static final Log logger = LogFactory.getLog(ApprovalsStart.class);

	private final Supplier<List<KnownAgent>> agents;

	private final Executor executor;

	private final Executor later;

	/**
	 * Create the listener.
	 * @param agents supplies the agents; empty if there are no earlier requests
	 * @param executor runs the work
	 * @param later runs it again, {@link #PAUSE} later
	 */
	ApprovalsStart(Supplier<List<KnownAgent>> agents, Executor executor, Executor later) {
		this.agents = agents;
		this.executor = executor;
		this.later = later;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		execute(this.executor, this::startAll);
	}

	private void startAll() {
		List<Approvals> all = new ArrayList<>();
		for (KnownAgent agent : this.agents.get()) {
			if (agent.approvals() instanceof Approvals approvals) {
				all.add(approvals);
			}
		}
		start(all);
	}

	private void start(List<Approvals> all) {
		List<Approvals> failed = new ArrayList<>();
		for (Approvals approvals : all) {
			try {
				approvals.start();
			}
			catch (RuntimeException ex) {
				failed.add(approvals);
				logger.warn("The approval store does not answer, so the approvals that were requested before this "
						+ "start are not known yet. The application learns their decisions when the same call is "
						+ "made again. It asks the store again in " + PAUSE.toSeconds() + " s.", ex);
			}
		}
		if (!failed.isEmpty()) {
			execute(this.later, () -> start(failed));
		}
	}

	private static void execute(Executor executor, Runnable work) {
		try {
			executor.execute(work);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

}
