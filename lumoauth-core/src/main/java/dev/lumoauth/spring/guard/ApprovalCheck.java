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

package dev.lumoauth.spring.guard;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalGate;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovedCall;
import dev.lumoauth.spring.approval.CallToApprove;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

/**
 * The part of one guarded call that deals with a person's approval.
 */
final class ApprovalCheck {

	private final Guard guard;

	private final GuardedCall call;

	private final Caller caller;

	private final CallToApprove asked;

	/**
	 * Create the check.
	 * @param guard which guard
	 * @param call which call
	 * @param missing the capabilities that the agent lacks and that are requested
	 * @param caller who makes the call
	 */
	ApprovalCheck(Guard guard, GuardedCall call, List<String> missing, Caller caller) {
		this.guard = guard;
		this.call = call;
		this.caller = caller;
		this.asked = call.toApprove(caller, missing);
	}

	/**
	 * Run the call on this thread if it is approved. If the application wants to wait,
	 * wait a while for the approval.
	 * @param again makes the same call again
	 * @param code what runs
	 * @param observation the observation of the call, or {@code null}
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // A result is read as it was written.
	<T extends @Nullable Object, E extends Throwable> T run(Action<T, Throwable> again, Action<T, E> code,
			@Nullable CallObservation observation) throws E {
		ApprovedCall approved = admitted(again);
		if (observation != null) {
			observation.entered();
		}
		if (approved == null) {
			return code.run();
		}
		String kept = approved.keptResult();
		return (kept != null) ? (T) this.call.result().read(kept)
				: begun(approved).run(code, this.call.result()::write);
	}

	private ApprovedCall.Started begun(ApprovedCall approved) {
		try {
			return approved.begin();
		}
		catch (LumoAuthException ex) {
			throw refused(ex);
		}
	}

	private @Nullable ApprovedCall admitted(Action<?, Throwable> again) {
		try {
			ApprovalGate gate = this.guard.approvals();
			try {
				return gate.admit(this.asked);
			}
			catch (ApprovalPendingException ex) {
				if (gate.patience().isZero() || !await(gate, ex.getApproval())) {
					gate.waiting(ex.getApproval(), again);
					throw ex;
				}
			}
		}
		catch (LumoAuthException ex) {
			throw refused(ex);
		}
		ApprovalCheck now = afterWait(this.guard.missing(this.call));
		try {
			return now.admit().orElse(null);
		}
		catch (LumoAuthException ex) {
			throw refused(ex);
		}
	}

	/**
	 * Return the check after the wait for a person, during which the agent may have lost
	 * or got capabilities.
	 * @param missing the capabilities that the agent lacks now and that are requested
	 */
	ApprovalCheck afterWait(List<String> missing) {
		return new ApprovalCheck(this.guard, this.call, missing, this.caller);
	}

	private static boolean await(ApprovalGate gate, Approval pending) {
		CompletableFuture<Approval> decision = gate.decision(pending);
		try {
			decision.get(gate.patience().toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			// The call may have been decided at the very moment when the wait ended.
			return !decision.cancel(false);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | CancellationException ex) {
			return false;
		}
		finally {
			decision.cancel(false);
		}
	}

	/**
	 * Ask once whether the call is approved, without waiting.
	 * @return empty if the call needs no approval
	 */
	Optional<ApprovedCall> admit() {
		return Optional.ofNullable(this.guard.approvals().admit(this.asked));
	}

	/**
	 * Return how long to wait for a person.
	 */
	Duration patience() {
		return this.guard.approvals().patience();
	}

	/**
	 * Return a future that completes with the decision.
	 */
	CompletableFuture<Approval> decision(Approval pending) {
		return this.guard.approvals().decision(pending);
	}

	/**
	 * Remember how to continue a call that ends as pending.
	 */
	ApprovalPendingException waiting(ApprovalPendingException pending, Action<?, Throwable> again) {
		this.guard.approvals().waiting(pending.getApproval(), again);
		return pending;
	}

	/**
	 * Report that the call is not approved.
	 * @return the exception to throw
	 */
	LumoAuthException refused(LumoAuthException failure) {
		return this.guard.notApproved(this.call, failure);
	}

	ResultText result() {
		return this.call.result();
	}

	/**
	 * Run code and throw its exceptions unchanged.
	 */
	@SuppressWarnings("unchecked")
	static <T extends @Nullable Object, E extends Throwable> T unchecked(Action<T, ?> code) throws E {
		try {
			return code.run();
		}
		catch (Throwable ex) {
			throw (E) ex;
		}
	}

}
