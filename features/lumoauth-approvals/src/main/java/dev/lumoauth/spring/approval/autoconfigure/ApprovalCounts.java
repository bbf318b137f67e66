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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Counts the approvals of all agents, for frequent readers. The store is asked at most
 * once a second, in the background, and no reader waits longer than that: a database that
 * is down does not break a scrape or a probe.
 */
final class ApprovalCounts {

	private static final Log logger = LogFactory.getLog(ApprovalCounts.class);

	static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final Duration LIFETIME = Duration.ofSeconds(1);

	private final Supplier<List<AgentRuntime>> agents;

	private final Executor executor;

	private final LongSupplier nanoTime;

	private final Duration patience;

	private CompletableFuture<Map<String, Count>> latest = CompletableFuture.completedFuture(Map.of());

	private @Nullable Long askedAt;

	/**
	 * Create the counts.
	 * @param agents gives the agents
	 * @param executor asks the store
	 * @param nanoTime the time, as from {@link System#nanoTime()}
	 * @param patience how long to wait for the store
	 */
	ApprovalCounts(Supplier<List<AgentRuntime>> agents, Executor executor, LongSupplier nanoTime, Duration patience) {
		this.agents = agents;
		this.executor = executor;
		this.nanoTime = nanoTime;
		this.patience = patience;
	}

	/**
	 * Return how many approvals an agent has.
	 * @param clientId the client id of the agent
	 * @return the count; {@code null} if the store gives no answer
	 */
	@Nullable Count of(String clientId) {
		CompletableFuture<Map<String, Count>> counts = counts();
		try {
			return counts.get(this.patience.toMillis(), TimeUnit.MILLISECONDS).get(clientId);
		}
		catch (TimeoutException ex) {
			logger.debug("The approval store did not answer within " + this.patience, ex);
		}
		catch (ExecutionException ex) {
			logger.debug("The approval store does not answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return null;
	}

	/**
	 * One query at a time, so that a hanging store holds only one thread.
	 */
	private synchronized CompletableFuture<Map<String, Count>> counts() {
		Long askedAt = this.askedAt;
		long now = this.nanoTime.getAsLong();
		if (this.latest.isDone() && (askedAt == null || now - askedAt >= LIFETIME.toNanos())) {
			this.askedAt = now;
			this.latest = ask();
		}
		return this.latest;
	}

	private CompletableFuture<Map<String, Count>> ask() {
		try {
			return CompletableFuture.supplyAsync(this::count, this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private Map<String, Count> count() {
		Map<String, Count> counts = new HashMap<>();
		for (AgentRuntime agent : this.agents.get()) {
			LumoAuthApprovals approvals = agent.find(LumoAuthApprovals.class);
			if (approvals != null) {
				counts.put(agent.identity().clientId(), Count.of(approvals));
			}
		}
		return counts;
	}

	/**
	 * How many approvals an agent has. At most 1,000 are counted.
	 *
	 * @param pending those that wait for a person
	 * @param undecided calls that have started and whose end is not known
	 */
	record Count(int pending, int undecided) {

		static Count of(LumoAuthApprovals approvals) {
			long pending = approvals.pending().stream().filter((each) -> each.state() == ApprovalState.PENDING).count();
			return new Count((int) pending, approvals.undecided().size());
		}

	}

}
