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
import java.util.concurrent.CompletableFuture;

import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

/**
 * Where the guard asks whether a call is approved. One for each agent.
 *
 * @since 0.1.0
 */
public interface ApprovalGate {

	/**
	 * Return a gate where nobody can be asked: what needs an approval is refused.
	 * @param reason why, and what to do about it
	 * @return the gate
	 */
	static ApprovalGate refusing(String reason) {
		return new RefusingApprovalGate(reason);
	}

	/**
	 * Return whether a capability that the agent lacks is asked for, whatever an
	 * annotation says ({@code lumoauth.approvals.request-denied}).
	 * @return whether it is
	 */
	boolean isRequestingDenied();

	/**
	 * Find out whether a call may run, and ask for it if nobody has. Blocks for requests
	 * to LumoAuth, and never for a person.
	 * @param call the call
	 * @return how the call runs; {@code null} if it needs no approval
	 * @throws ApprovalException if it may not run now
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth gave no answer
	 */
	@Nullable ApprovedCall admit(CallToApprove call);

	/**
	 * Return how long a call waits for a person before it reads as pending
	 * ({@code lumoauth.approvals.wait}).
	 * @return the time; zero if it does not wait
	 */
	Duration patience();

	/**
	 * Return what is completed when a request is decided, or over.
	 * @param approval the request
	 * @return completes with the request as it stands then; whoever gives up cancels it
	 */
	CompletableFuture<Approval> decision(Approval approval);

	/**
	 * Remember how to go on with a call that waits, for {@link LumoAuthApprovals#resume}.
	 * @param approval the request
	 * @param again makes the same call again, for its caller
	 */
	void waiting(Approval approval, UserScope.Action<? extends @Nullable Object, Throwable> again);

}
