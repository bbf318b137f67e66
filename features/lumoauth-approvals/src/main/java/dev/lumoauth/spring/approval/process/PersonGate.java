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

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.CapabilityTerm;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call go on if a person has approved it, and asks a person about a call that is
 * refused because the agent lacks a capability. What a caller of the application as a
 * server lacks is requested from nobody: the request would be the agent's. Two of them
 * are the same gate if the same people are asked.
 *
 * @param approvals supplies the approvals of the agent; called with the first call that
 * needs one; {@code null} if nobody can be asked
 * @param reason why nobody can be asked, and what to do about it
 */
record PersonGate(Supplier<? extends @Nullable Approvals> approvals,
		String reason) implements Gate<ApprovalRequirement> {

	@Override
	public Class<ApprovalRequirement> term() {
		return ApprovalRequirement.class;
	}

	@Override
	public int order() {
		return PERSON;
	}

	@Override
	public Admission admit(GuardedCall call, ApprovalRequirement requirement) {
		return admit(call, requirement, List.of());
	}

	@Override
	public boolean mayCure(GuardTerms terms) {
		CapabilityTerm term = terms.get(CapabilityTerm.class);
		return term != null && (term.isRequested() || isRequestingDenied());
	}

	private boolean isRequestingDenied() {
		Approvals approvals = this.approvals.get();
		return approvals != null && approvals.isRequestingDenied();
	}

	@Override
	public Admission cure(GuardedCall call, Refusal refusal) {
		if (IdentifiedCaller.current() != null) {
			throw (RuntimeException) refusal;
		}
		return admit(call, call.terms().get(ApprovalRequirement.class), refusal.getMissingCapabilities());
	}

	private Admission admit(GuardedCall call, @Nullable ApprovalRequirement requirement, List<String> missing) {
		Approvals approvals = this.approvals.get();
		if (approvals == null) {
			throw new NobodyToAskException(this.reason,
					"Error: this call needs a person's approval, and nobody can be asked.");
		}
		try {
			ApprovedCall approved = approvals.admit(new CallToApprove(call.name(), call.code(), Caller.current().name(),
					arguments(call), requirement, missing, call.invocation()));
			if (approved == null) {
				return Admission.FREE;
			}
			String kept = approved.keptResult();
			return (kept != null) ? new Admission.Kept(kept) : new Admission.Once(approved);
		}
		catch (ApprovalPendingException ex) {
			return new Admission.Later(() -> approvals.decision(ex.getApproval()), approvals.patience(), ex,
					(again) -> approvals.waiting(ex.getApproval(), again));
		}
	}

	private static Supplier<CallArguments> arguments(GuardedCall call) {
		Method method = call.method();
		MethodInvocation invocation = call.methodInvocation();
		if (method != null && invocation != null) {
			return () -> MethodArguments.of(method, invocation.getThis(), invocation.getArguments());
		}
		return () -> {
			if (method != null) {
				MethodArguments.requireNumbers(method);
			}
			return call.arguments().get();
		};
	}

	@Override
	public List<String> remarks(String tool, Caller caller) {
		Approvals approvals = this.approvals.get();
		return (approvals != null) ? approvals.approvedCalls(tool, caller.name()) : List.of();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof PersonGate gate && gate.approvals.get() == this.approvals.get();
	}

	@Override
	public int hashCode() {
		return PersonGate.class.hashCode();
	}

}
