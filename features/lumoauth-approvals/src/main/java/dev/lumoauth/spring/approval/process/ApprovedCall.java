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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.guard.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * A call that a person has approved: it runs once, or it has run before and its result is
 * available.
 */
final class ApprovedCall implements Ticket {

	private final ApprovedCalls calls;

	private final Approval approval;

	private final Made made;

	private final Supplier<String> arguments;

	/**
	 * Create a call.
	 * @param calls the calls of the agent
	 * @param approval the request of the call
	 * @param made how the call was made
	 * @param arguments reads the call's arguments, as canonical JSON
	 */
	ApprovedCall(ApprovedCalls calls, Approval approval, Made made, Supplier<String> arguments) {
		this.calls = calls;
		this.approval = approval;
		this.made = made;
		this.arguments = arguments;
	}

	/**
	 * Return the result of the call if it ran before.
	 * @return the result as a text; {@code null} if the call has not run
	 */
	@Nullable String keptResult() {
		return (this.approval.state() == ApprovalState.DONE) ? this.approval.result() : null;
	}

	/**
	 * Return whether this same call is running on this thread already, so that a further
	 * guard around the same code belongs to it. An equal call that is made by the running
	 * code is another call. So is a call of which the person was not told everything.
	 * @param made how the call was made
	 */
	static boolean isRunningHere(Made made) {
		return made.invocation() != null && Ticket.running(made.invocation())
			.stream()
			.anyMatch((ticket) -> ticket instanceof ApprovedCall approved && approved.made.includes(made));
	}

	/**
	 * Start the call.
	 * @return the started call, which has to be ended by one of its methods
	 * @throws ApprovalException if somebody else has started it, or if its arguments are
	 * no longer those that were approved
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth or the store gave no
	 * answer
	 */
	@Override
	public Started begin() {
		Started started = new Started(this.calls.begin(this.approval));
		boolean same = false;
		try {
			// Another thread may have changed a list while LumoAuth was asked.
			same = this.approval.arguments().equals(this.arguments.get());
		}
		finally {
			if (!same) {
				started.failed();
			}
		}
		if (!same) {
			throw new CallNotShownException(this.approval.tool(), "its arguments have changed since they were shown");
		}
		return started;
	}

	/**
	 * A call that has been started.
	 */
	final class Started implements Run {

		private final RunningApproval running;

		private final AtomicBoolean ended = new AtomicBoolean();

		private Started(RunningApproval running) {
			this.running = running;
		}

		@Override
		public CallContext in(CallContext context) {
			return this.running.tokens().in(context);
		}

		@Override
		public void done(@Nullable String result) {
			end(ApprovalState.DONE, result);
		}

		@Override
		public void failed() {
			end(ApprovalState.FAILED, null);
		}

		/**
		 * The first caller ends the call; later ones have no effect.
		 */
		private void end(ApprovalState state, @Nullable String result) {
			if (this.ended.compareAndSet(false, true)) {
				ApprovedCall.this.calls.ended(this.running, state, result);
			}
		}

	}

	/**
	 * How a call was made.
	 *
	 * @param key the key of the call, whatever a person is asked for it
	 * @param rules the rules that say what a person is asked
	 * @param capabilities the capabilities that are requested
	 * @param invocation identifies the call at each guard around it, or {@code null}
	 */
	record Made(String key, List<ApprovalRule> rules, List<String> capabilities, @Nullable Object invocation) {

		boolean includes(Made other) {
			return other.invocation != null && other.invocation == this.invocation && this.key.equals(other.key)
					&& this.rules.containsAll(other.rules) && this.capabilities.containsAll(other.capabilities);
		}

	}

}
