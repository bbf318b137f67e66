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
 * Keeps what people were asked and how it stands. What makes a call run once is here:
 * each step is one compare-and-set, and of one call there is one request at a time.
 * Replicas that share a store run an approved call once among them.
 *
 * @since 0.1.0
 */
public interface ApprovalStore {

	/**
	 * Return a store in this process. What nobody has run when it ends is forgotten: the
	 * same call then asks anew.
	 * @return an empty store
	 */
	static ApprovalStore inMemory() {
		return new InMemoryApprovalStore();
	}

	/**
	 * Return whether a request may take a step: the condition that each store puts before
	 * its compare-and-set. It is the same request of the same call, with the next
	 * version, and {@link ApprovalState#mayBecome} allows its state. Only a request that
	 * holds its call takes a step, and holds the call until it is over. One that is over
	 * can only let go of the call.
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
	 * Keep a request, unless there is one that holds the same call.
	 * @param approval a request that holds its call
	 * @return the request that holds the call now: this one if it is kept
	 */
	Approval putIfAbsent(Approval approval);

	/**
	 * Take the next step of a request: a compare-and-set. An implementation has to refuse
	 * whatever is not {@linkplain #isStep a step}, or a caller with an old view of what
	 * has run could have it run again. It has to compare the version and the state of
	 * what is kept with those of {@code current}, and to write, as one.
	 * @param current the request as it was read
	 * @param next the same request after the step, with the next version
	 * @return whether the step is taken; {@code false}, and nothing has changed, if it is
	 * none or if anybody else has taken one since
	 */
	boolean replace(Approval current, Approval next);

	/**
	 * Find a request.
	 * @param id its id
	 * @return the request as it stands now, or {@code null}
	 */
	@Nullable Approval find(String id);

	/**
	 * Find the request that holds a call.
	 * @param call {@link ApprovalCall#key()}
	 * @return the request, or {@code null}
	 */
	@Nullable Approval findByCall(String call);

	/**
	 * Find the requests of an agent by how they stand. However many requests other agents
	 * have, none of this agent's is hidden by them.
	 * @param agent the client id of the agent
	 * @param state the state
	 * @param limit how many at most
	 * @return the requests, those asked for first first
	 */
	List<Approval> findByState(String agent, ApprovalState state, int limit);

	/**
	 * Forget requests that are over.
	 * @param before those that ended before this time
	 */
	void removeEnded(Instant before);

}
