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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.guard.Gate;
import org.jspecify.annotations.Nullable;

/**
 * The place where the guard asks whether a call is approved. Each agent has one gate.
 *
 * @since 0.1.0
 */
public interface ApprovalGate {

	/**
	 * Return a gate that can't ask anybody: each call that needs an approval is refused.
	 * @param reason why nobody can be asked, and what to do about it
	 * @return the gate
	 */
	static ApprovalGate refusing(String reason) {
		return new RefusingApprovalGate(reason);
	}

	/**
	 * Return the gate of a guard whose calls need approvals.
	 * @param approvals supplies the agent's approvals; called with the first call that
	 * needs one
	 * @return the gate
	 */
	static Gate<ApprovalRequirement> of(Supplier<ApprovalGate> approvals) {
		return new PersonGate(approvals);
	}

	/**
	 * Return whether a person is asked for a capability that the agent lacks, whatever an
	 * annotation says ({@code lumoauth.approvals.request-denied}).
	 * @return whether a person is asked
	 */
	boolean isRequestingDenied();

	/**
	 * Find out whether a call may run, and request the approval if nobody has requested
	 * it. Blocks for requests to LumoAuth, but never for a person.
	 * @param call the call
	 * @return how the call runs; {@code null} if it needs no approval
	 * @throws ApprovalException if the call may not run now
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth gave no answer
	 */
	@Nullable ApprovedCall admit(CallToApprove call);

	/**
	 * Return how long a call waits for a person before it ends as pending
	 * ({@code lumoauth.approvals.wait}).
	 * @return the time; zero if the call does not wait
	 */
	Duration patience();

	/**
	 * Return a future that completes when a request is decided or over.
	 * @param approval the request
	 * @return a future that completes with the request in its new state; a caller that
	 * stops waiting cancels the future
	 */
	CompletableFuture<Approval> decision(Approval approval);

	/**
	 * Return what a model should know when its caller starts a chat: which calls of that
	 * caller were approved and have not run. Sends no request and reads no store.
	 * @param tool the name of the tool that the chat offers
	 * @param user the caller's name, or {@code null}; the conversation on the thread
	 * counts as well
	 * @return one text for each call
	 */
	default List<String> approvedCalls(String tool, @Nullable String user) {
		return List.of();
	}

	/**
	 * Remember how to make a waiting call again, for {@link LumoAuthApprovals#resume}.
	 * @param approval the request
	 * @param again makes the same call again, for its caller
	 */
	void waiting(Approval approval, Action<? extends @Nullable Object, Throwable> again);

}
