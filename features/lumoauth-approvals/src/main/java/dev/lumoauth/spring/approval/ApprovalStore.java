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

package dev.lumoauth.spring.approval;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the approval requests and their states. The store makes sure that a call runs
 * only once: each step is one compare-and-set, and each call has at most one request at a
 * time. Replicas that share a store run an approved call once in total.
 *
 * @since 0.1.0
 */
public interface ApprovalStore {

	/**
	 * Return a store in this process. Requests that have not run when the process ends
	 * are forgotten: the same call then asks again.
	 * @return an empty store
	 */
	static ApprovalStore inMemory() {
		return new InMemoryApprovalStore();
	}

	/**
	 * Return whether a request may take a step. Each store checks this condition before
	 * its compare-and-set. The step has to keep the request and the call, to have the
	 * next version, and to lead to a state that {@link ApprovalState#mayBecome} allows.
	 * Only a request that holds its call takes a step, and it holds the call until it is
	 * over. A request that is over can only release the call.
	 * @param current the request before the step
	 * @param next the request after the step
	 * @return whether this is a step
	 */
	static boolean isStep(Approval current, Approval next) {
		return next.id().equals(current.id()) && next.version() == current.version() + 1
				&& next.call().equals(current.call()) && isAskedAlike(current, next) && current.holding()
				&& current.state().mayBecome(next.state())
				&& (current.state().isFinal() ? !next.holding() : next.holding() || next.state().isFinal());
	}

	private static boolean isAskedAlike(Approval current, Approval next) {
		return next.reason().equals(current.reason()) && next.impact() == current.impact()
				&& next.audiences().equals(current.audiences()) && next.capabilities().equals(current.capabilities());
	}

	/**
	 * Keep a request, unless another request holds the same call.
	 * @param approval a request that holds its call
	 * @return the request that holds the call now: this one if it is kept
	 */
	default Approval putIfAbsent(Approval approval) {
		return putIfAbsent(approval, null);
	}

	/**
	 * Keep a request, unless another request holds the same call.
	 * @param approval a request that holds its call
	 * @param holder the process that takes care of the request; {@code null} for none
	 * @return the request that holds the call now: this one if it is kept
	 */
	Approval putIfAbsent(Approval approval, @Nullable ApprovalHolder holder);

	/**
	 * Take the next step of a request: a compare-and-set. An implementation has to refuse
	 * whatever is not {@linkplain #isStep a step}; otherwise a caller with outdated data
	 * could run a call again. It has to compare the version and the state of the stored
	 * request with those of {@code current}, and to write, in one atomic operation.
	 * @param current the request as it was read
	 * @param next the same request after the step, with the next version
	 * @return whether the step is taken; {@code false}, without any change, if it is not
	 * a step or if another one has been taken since
	 */
	default boolean replace(Approval current, Approval next) {
		return replace(current, next, null);
	}

	/**
	 * Take the next step of a request, as {@link #replace(Approval, Approval)} does.
	 * @param current the request as it was read
	 * @param next the same request after the step, with the next version
	 * @param holder the process that takes care of the request from this step on, and
	 * that informs the application of the step if it is a decision; {@code null} if
	 * neither changes
	 * @return whether the step is taken
	 */
	boolean replace(Approval current, Approval next, @Nullable ApprovalHolder holder);

	/**
	 * Let a process take care of a request, unless another process that is alive does: a
	 * compare-and-set of the holder. The request itself doesn't change.
	 * @param id the request's id
	 * @param holder the process
	 * @param now the time
	 * @return whether this process takes care of the request now
	 */
	boolean claim(String id, ApprovalHolder holder, Instant now);

	/**
	 * Say that a process is alive: it takes care of its requests that are not over.
	 * @param holder the process
	 */
	void renew(ApprovalHolder holder);

	/**
	 * Remember that the application was informed of a decision. Nothing changes if it was
	 * informed of a later one already.
	 * @param id the request's id
	 * @param decision the decision, as {@link ApprovalState#decision()} says it
	 */
	void told(String id, ApprovalState decision);

	/**
	 * Find the requests with which somebody may have to do something: those that are
	 * approved, those with a decision of which the application was not informed, and
	 * those that wait for a person and that no process that is alive takes care of, or
	 * that nobody was asked about yet. It may find others as well.
	 * @param agent the client id of the agent
	 * @param now the time
	 * @param limit the maximum number of requests
	 * @return the requests, the oldest first
	 */
	List<OpenApproval> findOpen(String agent, Instant now, int limit);

	/**
	 * Find a request.
	 * @param id its id
	 * @return the request in its current state, or {@code null}
	 */
	@Nullable Approval find(String id);

	/**
	 * Find the request that holds a call.
	 * @param call {@link ApprovalCall#key()}
	 * @return the request, or {@code null}
	 */
	@Nullable Approval findByCall(String call);

	/**
	 * Find the requests of an agent by their state. The requests of other agents never
	 * hide those of this agent, however many there are.
	 * @param agent the client id of the agent
	 * @param state the state
	 * @param limit the maximum number of requests
	 * @return the requests, the oldest first
	 */
	List<Approval> findByState(String agent, ApprovalState state, int limit);

	/**
	 * Find out when people have denied calls of a tool for a user. The denials of others
	 * never hide these.
	 * @param agent the client id of the agent
	 * @param user the user of the calls; {@code null} for calls without a user
	 * @param tool the name of the tool
	 * @param since denials that ended before this time don't count
	 * @return when the denied requests ended, the latest first; at most the 100 latest
	 */
	List<Instant> findDenials(String agent, @Nullable String user, String tool, Instant since);

	/**
	 * Forget requests of an agent that are over. Denied requests are kept for a further
	 * day, because {@link #findDenials} counts them.
	 * @param agent the client id of the agent; other agents may keep theirs for longer
	 * @param before the time before which they ended
	 */
	void removeEnded(String agent, Instant before);

}
