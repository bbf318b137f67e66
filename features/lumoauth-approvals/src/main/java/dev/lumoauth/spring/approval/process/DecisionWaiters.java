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

package dev.lumoauth.spring.approval.process;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import dev.lumoauth.spring.approval.Approval;

/**
 * The callers in this process that wait for the decision on a request.
 */
final class DecisionWaiters {

	private final Map<String, Map<Long, CompletableFuture<Approval>>> waiters = new ConcurrentHashMap<>();

	private final AtomicLong last = new AtomicLong();

	/**
	 * Add a waiter, which leaves when its future ends, in whatever way.
	 * @param id the request
	 * @return the decision
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // This code never fails.
	CompletableFuture<Approval> add(String id) {
		CompletableFuture<Approval> decision = new CompletableFuture<>();
		Long waiter = this.last.incrementAndGet();
		this.waiters.compute(id, (key, waiters) -> {
			Map<Long, CompletableFuture<Approval>> all = (waiters != null) ? waiters : new ConcurrentHashMap<>();
			all.put(waiter, decision);
			return all;
		});
		decision.whenComplete((decided, gaveUp) -> this.waiters.computeIfPresent(id, (key, waiters) -> {
			waiters.remove(waiter);
			return waiters.isEmpty() ? null : waiters;
		}));
		return decision;
	}

	/**
	 * Inform those who wait.
	 * @return whether anybody waited
	 */
	boolean tell(Approval decided) {
		Map<Long, CompletableFuture<Approval>> told = this.waiters.remove(decided.id());
		boolean waited = false;
		if (told != null) {
			for (CompletableFuture<Approval> each : told.values()) {
				waited |= each.complete(decided);
			}
		}
		return waited;
	}

	/**
	 * Let everybody go.
	 * @param state the state of a request, which may fail
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // The waiters are notified.
	void release(Function<String, Approval> state) {
		Map.copyOf(this.waiters)
			.forEach((id, waiters) -> List.copyOf(waiters.values())
				.forEach((each) -> each.completeAsync(() -> state.apply(id), Runnable::run)));
		this.waiters.clear();
	}

}
