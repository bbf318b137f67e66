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

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.ApprovalGate;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.ToolDecisions;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * Makes the guarded calls of one agent. This class alone decides, reports and observes a
 * call, and runs it for its user or refuses it. The capability is checked first, then the
 * user, then the approval: for a call that is denied anyway, no user's token is renewed
 * and no person is asked. Entry points only translate: they describe the call, and
 * express a refusal in their own words.
 * <p>
 * If an entry point for tools has allowed a call, the guard next to the code does not
 * decide again: both belong to one call.
 *
 * @since 0.1.0
 */
public final class Guard {

	private static final ApprovalGate NO_APPROVALS = ApprovalGate
		.refusing("This guard was created without a way to ask people");

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final GuardReports reports;

	private final CallObservations<?> observations;

	private final Supplier<ApprovalGate> approvals;

	/**
	 * Create the guard of an agent that can't ask people: calls that need a person's
	 * approval are refused.
	 * @param decisions supplies the decisions; called with the first call
	 * @param user supplies the current user; called with the first call that acts for a
	 * user
	 * @param reports receives the decisions
	 * @param observations observes the calls
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			CallObservations<?> observations) {
		this(decisions, user, reports, observations, () -> NO_APPROVALS);
	}

	/**
	 * Create the guard of an agent, for one kind of entry point.
	 * @param decisions supplies the decisions; called with the first call
	 * @param user supplies the current user; called with the first call that acts for a
	 * user
	 * @param reports receives the decisions
	 * @param observations observes the calls
	 * @param approvals supplies the approvals; called with the first call that needs one
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			CallObservations<?> observations, Supplier<ApprovalGate> approvals) {
		this.decisions = decisions;
		this.user = user;
		this.reports = reports;
		this.observations = observations;
		this.approvals = approvals;
	}

	/**
	 * Make a call on this thread.
	 * @param call the call
	 * @param code the code to run if the call is allowed
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the code
	 * @throws E what the code threw
	 * @throws dev.lumoauth.spring.capability.CapabilityDeniedException if the agent lacks
	 * a capability
	 * @throws LumoAuthException if there is no answer, or no user to act for
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(GuardedCall call, Action<T, E> code) throws E {
		return call(call, (decision) -> {
			throw Refusals.of(decision, isReadByModel(call));
		}, code);
	}

	/**
	 * Make a call on this thread, and return an answer instead of throwing if a
	 * capability is missing.
	 * @param call the call
	 * @param refused returns the answer for a decision that is not an allow
	 * @param code the code to run if the call is allowed
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the code, or the answer
	 * @throws E what the code threw
	 * @throws LumoAuthException if there is no user to act for
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(GuardedCall call,
			Function<CapabilityDecision, T> refused, Action<T, E> code) throws E {
		if (!call.isOfTool() && !call.isGoingOn() && CallScope.take(call, this)) {
			return code.run();
		}
		CallObservation observation = isObserved(call) ? this.observations.of(call, this.reports) : null;
		return (observation != null) ? observation.observe(() -> enter(call, refused, code, observation))
				: enter(call, refused, code, null);
	}

	private <T extends @Nullable Object, E extends Throwable> T enter(GuardedCall call,
			Function<CapabilityDecision, T> refused, Action<T, E> code, @Nullable CallObservation observation)
			throws E {
		CapabilityRequirement requirement = call.terms().requirement();
		CapabilityDecision decision = (requirement != null) ? decide(requirement, toolOf(call))
				: CapabilityDecision.ALLOW;
		List<String> missing = askedFor(call, decision);
		if (requirement != null && missing.isEmpty() && !reported(call, decision).isGranted()) {
			if (observation != null) {
				observation.refused(decision);
			}
			return refused.apply(decision);
		}
		UserToken user = call.terms().onBehalfOfUser() ? user(call) : null;
		if (!needsApproval(call, missing)) {
			if (observation != null) {
				observation.entered();
			}
			return (user != null) ? UserScope.call(user, () -> run(call, code)) : run(call, code);
		}
		ApprovalCheck check = new ApprovalCheck(this, call, missing,
				(user != null) ? Caller.of(user) : Caller.current());
		Caller caller = Caller.current();
		String conversation = Conversation.current();
		Action<T, E> approved = () -> check.run(
				() -> Conversation.call(conversation, () -> caller.signedIn(() -> resumed(call, refused, code))),
				() -> run(call, code), observation);
		return (user != null) ? UserScope.call(user, approved) : approved.run();
	}

	private <T extends @Nullable Object, E extends Throwable> T resumed(GuardedCall call,
			Function<CapabilityDecision, T> refused, Action<T, E> code) {
		return ApprovalCheck.unchecked(() -> call(call, refused, code));
	}

	/**
	 * Return the capabilities that the agent lacks and that somebody is asked for.
	 * @return the capabilities; empty if nobody is asked
	 */
	List<String> askedFor(GuardedCall call, CapabilityDecision decision) {
		// Nobody is asked about the rest of a call: it was approved or refused with the
		// call.
		return (decision.outcome() == CapabilityDecision.Outcome.DENY && !decision.missing().isEmpty()
				&& !call.isGoingOn() && (call.terms().requestingDenied() || isRequestingDenied())) ? decision.missing()
						: List.of();
	}

	/**
	 * Decide a call again.
	 * @return the capabilities that the agent lacks and that somebody is asked for
	 */
	List<String> missing(GuardedCall call) {
		CapabilityRequirement requirement = call.terms().requirement();
		if (requirement == null) {
			return List.of();
		}
		CapabilityDecision decision = decide(requirement, toolOf(call));
		List<String> missing = askedFor(call, decision);
		if (missing.isEmpty()) {
			requireGranted(call, decision);
		}
		return missing;
	}

	/**
	 * Return whether a capability that the agent lacks is requested, whatever the terms
	 * say.
	 * @return whether it is requested
	 */
	public boolean isRequestingDenied() {
		return this.approvals.get().isRequestingDenied();
	}

	/**
	 * Return whether a call may need a person's decision.
	 * @param terms the terms of the call
	 * @return whether the call may need an approval
	 */
	public boolean mayNeedPerson(GuardTerms terms) {
		return terms.approval() != null
				|| (terms.requirement() != null && (terms.requestingDenied() || isRequestingDenied()));
	}

	/**
	 * The rest of a call was approved with the call.
	 */
	static boolean needsApproval(GuardedCall call, List<String> missing) {
		return !call.isGoingOn() && (call.terms().approval() != null || !missing.isEmpty());
	}

	/**
	 * Return what a model should know of a caller's approved calls of a tool that have
	 * not run.
	 * @param tool the name of the tool
	 * @param caller who starts the chat
	 * @return one text for each call
	 */
	public List<String> approvedCalls(String tool, Caller caller) {
		return approvals().approvedCalls(tool, caller.name());
	}

	ApprovalGate approvals() {
		return this.approvals.get();
	}

	/**
	 * Report that a call is refused because a person's approval is missing.
	 * @return the exception to throw
	 */
	LumoAuthException notApproved(GuardedCall call, LumoAuthException failure) {
		this.reports.refused(call, failure);
		return Refusals.of(failure, isReadByModel(call));
	}

	<T extends @Nullable Object, E extends Throwable> T run(GuardedCall call, Action<T, E> code) throws E {
		if (!call.isOfTool()) {
			return code.run();
		}
		return CallScope.open(call, this, code);
	}

	/**
	 * Make a call at each subscription.
	 * @param call the call
	 * @return a factory for publishers that make the call
	 */
	public DeferredCall defer(GuardedCall call) {
		boolean approved = !call.isOfTool() && !call.isGoingOn() && mayNeedPerson(call.terms())
				&& CallScope.take(call, this);
		return new DeferredCall(this, call, approved);
	}

	/**
	 * Refuse a call whose terms are not known, and report the refusal.
	 * @param call the call
	 * @return the exception to throw
	 */
	public RuntimeException refuse(GuardedCall call) {
		this.reports.decided(call, CapabilityDecision.deny(List.of()));
		return Refusals.unexplained();
	}

	/**
	 * Observe a call of a tool that does not exist.
	 * @param call the call
	 */
	public void observeUnknown(GuardedCall call) {
		ObservedCall observation = observation(call, Conversation.current());
		if (observation != null) {
			observation.unknown();
		}
	}

	/**
	 * Refuse a call for which no decision is possible.
	 * @param why what is missing, for people
	 * @return the exception to throw
	 */
	public static LumoAuthException unavailable(String why) {
		return Refusals.of(new LumoAuthUnavailableException(why, null), CallScope.isReadByModel());
	}

	/**
	 * Run code that may run a tool without a guard around it. A model may read the
	 * failure of such a tool.
	 * @param tool the code
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the code
	 * @throws E what the code threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T inToolCall(Action<T, E> tool) throws E {
		return CallScope.open(null, tool);
	}

	/**
	 * Run code that may run a tool whose name is known: decisions in that code are made
	 * for this tool.
	 * @param name the name of the tool
	 * @param tool the code
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the code
	 * @throws E what the code threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T inToolCall(String name, Action<T, E> tool)
			throws E {
		return CallScope.open(name, tool);
	}

	/**
	 * Return the decisions.
	 * @return the decisions of the agent
	 */
	public CapabilityDecisions decisions() {
		return this.decisions.get();
	}

	CurrentUser currentUser() {
		return this.user.get();
	}

	private boolean isObserved(GuardedCall call) {
		return call.isObserved() && !this.observations.isNoop();
	}

	@Nullable ObservedCall observation(GuardedCall call, @Nullable String conversation) {
		return isObserved(call) ? this.observations.observed(call, this.reports, conversation) : null;
	}

	/**
	 * Return the tool that is called, or that makes the call.
	 */
	static @Nullable String toolOf(GuardedCall call) {
		return (call.tool() != null) ? call.tool() : CallScope.tool();
	}

	CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool) {
		// The application's own implementation may return none.
		return requirement.isNeverMet() ? CapabilityDecision.deny(List.of()) : Objects
			.requireNonNull(ToolDecisions.decide(decisions(), requirement, tool), "No decision on a capability");
	}

	/**
	 * Decide without a request.
	 * @return the decision, or {@code null} if a request is needed
	 */
	@Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool) {
		return requirement.isNeverMet() ? decide(requirement, tool)
				: ToolDecisions.decideKnown(decisions(), requirement, tool);
	}

	void requireGranted(GuardedCall call, CapabilityDecision decision) {
		if (!reported(call, decision).isGranted()) {
			throw Refusals.of(decision, isReadByModel(call));
		}
	}

	CapabilityDecision reported(GuardedCall call, CapabilityDecision decision) {
		if (this.reports.wants(decision)) {
			this.reports.decided(call, decision);
		}
		return decision;
	}

	/**
	 * Never returns the agent itself: without a user the call does not run.
	 */
	UserToken user(GuardedCall call) {
		UserToken known = call.user();
		if (known != null) {
			return known;
		}
		try {
			return this.user.get().require();
		}
		catch (LumoAuthException ex) {
			this.reports.refused(call, ex);
			throw Refusals.of(ex, isReadByModel(call));
		}
	}

	/**
	 * The entry point of a tool has its own texts for the model.
	 */
	private static boolean isReadByModel(GuardedCall call) {
		return !call.isOfTool() && CallScope.isReadByModel();
	}

}
