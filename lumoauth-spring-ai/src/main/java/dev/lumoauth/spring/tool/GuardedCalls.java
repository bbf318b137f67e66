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

package dev.lumoauth.spring.tool;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.DecidedCall;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Makes the calls of guarded tools, for one agent: decides, reports, observes, acts for
 * the user, and runs the tool or refuses. First the capability, then the user.
 */
final class GuardedCalls {

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final Refusal refusal;

	private final ToolObservations observations;

	private final GuardReports reports;

	/**
	 * Create the calls.
	 * @param decisions who decides; asked for with the first call
	 * @param user for whom tools act; asked for with the first such call
	 * @param refusal puts a refusal into words, or throws it
	 * @param observations who observes
	 * @param reports who is told of the decisions
	 */
	GuardedCalls(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, Refusal refusal,
			ToolObservations observations, GuardReports reports) {
		this.decisions = decisions;
		this.user = user;
		this.refusal = refusal;
		this.observations = observations;
		this.reports = reports;
	}

	/**
	 * Return the same calls where the caller is a model, whatever the application says of
	 * callers of its chats.
	 */
	GuardedCalls tellingTheModel() {
		return new GuardedCalls(this.decisions, this.user, new Refusal(OnDenied.TELL_MODEL), this.observations,
				this.reports);
	}

	CapabilityDecisions decisions() {
		return this.decisions.get();
	}

	Refusal refusal() {
		return this.refusal;
	}

	ToolObservations observations() {
		return this.observations;
	}

	/**
	 * Call a tool, or refuse to.
	 * @param tool the name of the tool
	 * @param terms on what terms it runs
	 * @param next what it calls next, if that checks by itself
	 * @param run calls it
	 * @param words makes an answer of what the model reads
	 * @param <T> the type of the answer
	 * @return the answer
	 */
	<T> T call(String tool, GuardTerms terms, @Nullable ToolMethod next, Supplier<T> run, Function<String, T> words) {
		if (this.observations.isNoop()) {
			return call(tool, terms, next, run, words, null);
		}
		ToolObservation observation = this.observations.of(tool, terms.requirement());
		return observation.observe(() -> call(tool, terms, next, run, words, observation));
	}

	private <T> T call(String tool, GuardTerms terms, @Nullable ToolMethod next, Supplier<T> run,
			Function<String, T> words, @Nullable ToolObservation observation) {
		CapabilityDecision decision = (terms.requirement() != null) ? decide(tool, terms.requirement()) : null;
		if (decision != null && !decision.isGranted()) {
			if (observation != null) {
				observation.refused(decision);
			}
			return words.apply(this.refusal.refuse(decision));
		}
		try {
			return terms.onBehalfOfUser()
					? UserScope.call(user(tool, terms), () -> decided(terms.requirement(), next, run))
					: decided(terms.requirement(), next, run);
		}
		catch (ToolExecutionException | LumoAuthException | CapabilityDeniedException ex) {
			if (observation != null) {
				observation.failed(ex);
			}
			return words.apply(translated(ex));
		}
	}

	private <T> T decided(@Nullable CapabilityRequirement requirement, @Nullable ToolMethod next, Supplier<T> run) {
		return (requirement != null && next != null)
				? DecidedCall.run(this.decisions.get(), requirement, next.object(), next.method(), run) : run.get();
	}

	/**
	 * Decide about a call, and report the decision.
	 */
	CapabilityDecision decide(String tool, CapabilityRequirement requirement) {
		CapabilityDecision decision = requirement.isNeverMet() ? CapabilityDecision.deny(List.of())
				: this.decisions.get().decide(requirement);
		if (this.reports.wants(decision)) {
			this.reports.tool(tool, requirement, decision);
		}
		return decision;
	}

	/**
	 * Never the agent itself: without a user nothing runs.
	 */
	private UserToken user(String tool, GuardTerms terms) {
		try {
			return this.user.get().require();
		}
		catch (LumoAuthException ex) {
			this.reports.tool(tool, terms.requirement(), ex);
			throw ex;
		}
	}

	private String translated(RuntimeException failure) {
		String text = this.refusal.translate(failure);
		if (text == null) {
			throw failure;
		}
		return text;
	}

}
