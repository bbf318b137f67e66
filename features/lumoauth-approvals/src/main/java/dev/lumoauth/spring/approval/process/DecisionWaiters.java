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
import java.util.Set;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.lumoauth.spring.approval.Approval;

/**
 * The callers in this process that wait for the decision on a request.
 */
final class DecisionWaiters {

	private final Map<String, Set<CompletableFuture<Approval>>> waiters = new ConcurrentHashMap<>();

	/**
	 * Add a waiter, which leaves when its future ends, in whatever way.
	 * @param id the request
	 * @return the decision
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // This code never fails.
	CompletableFuture<Approval> add(String id) {
		CompletableFuture<Approval> decision = new CompletableFuture<>();
		this.waiters.compute(id, (key, known) -> {
			Set<CompletableFuture<Approval>> all = (known != null) ? known : ConcurrentHashMap.newKeySet();
			all.add(decision);
			return all;
		});
		decision.whenComplete((decided, gaveUp) -> this.waiters.computeIfPresent(id, (key, all) -> {
			all.removeIf((each) -> each == decision);
			return all.isEmpty() ? null : all;
		}));
		return decision;
	}

	/**
	 * Inform those who wait.
	 * @return whether anybody waited
	 */
	boolean tell(Approval decided) {
		Set<CompletableFuture<Approval>> told = this.waiters.remove(decided.id());
		boolean waited = false;
		for (CompletableFuture<Approval> each : (told != null) ? told : Set.<CompletableFuture<Approval>>of()) {
			waited |= each.complete(decided);
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
			.forEach((id, waiters) -> List.copyOf(waiters)
				.forEach((each) -> each.completeAsync(() -> state.apply(id), Runnable::run)));
		this.waiters.clear();
	}

}
