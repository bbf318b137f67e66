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
import dev.lumoauth.spring.approval.Conversation;
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
 * Makes the guarded calls of one agent: the one place where a call is decided, reported,
 * observed, and run for its user or refused. First the capability, then the user, then
 * the approval: for a call that is denied anyway no user's token is renewed and no person
 * is asked. Doors translate only: they say what is called, and put a refusal into their
 * own words.
 * <p>
 * A call that a door for tools has let in is not decided again by the guard next to the
 * code: the two are one call.
 *
 * @since 0.1.0
 */
public final class Guard {

	private static final ApprovalGate NO_APPROVALS = ApprovalGate
		.refusing("This guard was made without anyone who asks people");

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final GuardReports reports;

	private final CallObservations observations;

	private final Supplier<ApprovalGate> approvals;

	/**
	 * Create the guard of an agent that asks no people: what needs a person's approval is
	 * refused.
	 * @param decisions who decides; asked for with the first call
	 * @param user for whom calls act; asked for with the first such call
	 * @param reports who is told of the decisions
	 * @param observations who observes
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			CallObservations observations) {
		this(decisions, user, reports, observations, () -> NO_APPROVALS);
	}

	/**
	 * Create the guard of an agent, for one kind of door.
	 * @param decisions who decides; asked for with the first call
	 * @param user for whom calls act; asked for with the first such call
	 * @param reports who is told of the decisions
	 * @param observations who observes
	 * @param approvals who asks people; asked for with the first call that needs it
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			CallObservations observations, Supplier<ApprovalGate> approvals) {
		this.decisions = decisions;
		this.user = user;
		this.reports = reports;
		this.observations = observations;
		this.approvals = approvals;
	}

	/**
	 * Make a call on this thread.
	 * @param call the call
	 * @param code what to run if it may
	 * @param <T> what the code gives
	 * @param <E> what the code throws
	 * @return what the code gave
	 * @throws E what the code threw
	 * @throws dev.lumoauth.spring.capability.CapabilityDeniedException if the agent lacks
	 * a capability
	 * @throws LumoAuthException if there is no answer, or no user to act for
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(GuardedCall call, UserScope.Action<T, E> code)
			throws E {
		return call(call, (decision) -> {
			throw Refusals.of(decision, isReadByModel(call));
		}, code);
	}

	/**
	 * Make a call on this thread, with an answer in place of a missing capability: for a
	 * door that needs no exception for that.
	 * @param call the call
	 * @param refused gives the answer, for a decision that is not an allow
	 * @param code what to run if it may
	 * @param <T> what the code gives
	 * @param <E> what the code throws
	 * @return what the code gave, or the answer
	 * @throws E what the code threw
	 * @throws LumoAuthException if there is no user to act for
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(GuardedCall call,
			Function<CapabilityDecision, T> refused, UserScope.Action<T, E> code) throws E {
		if (!call.isOfTool() && !call.isGoingOn() && CallScope.take(call, this)) {
			return code.run();
		}
		CallObservation observation = observation(call);
		return (observation != null) ? observation.observe(() -> enter(call, refused, code, observation))
				: enter(call, refused, code, null);
	}

	private <T extends @Nullable Object, E extends Throwable> T enter(GuardedCall call,
			Function<CapabilityDecision, T> refused, UserScope.Action<T, E> code, @Nullable CallObservation observation)
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
		UserScope.Action<T, E> approved = () -> check.run(
				() -> Conversation.call(conversation, () -> caller.call(() -> resumed(call, refused, code))),
				() -> run(call, code), observation);
		return (user != null) ? UserScope.call(user, approved) : approved.run();
	}

	private <T extends @Nullable Object, E extends Throwable> T resumed(GuardedCall call,
			Function<CapabilityDecision, T> refused, UserScope.Action<T, E> code) {
		return ApprovalCheck.unchecked(() -> call(call, refused, code));
	}

	/**
	 * Return the capabilities that the agent lacks and that somebody is asked for.
	 * @return empty if nobody is
	 */
	List<String> askedFor(GuardedCall call, CapabilityDecision decision) {
		// For what is left of a call nobody is asked: it was approved with the call, or
		// not.
		return (decision.outcome() == CapabilityDecision.Outcome.DENY && !decision.missing().isEmpty()
				&& !call.isGoingOn() && (call.terms().requestingDenied() || isRequestingDenied())) ? decision.missing()
						: List.of();
	}

	/**
	 * Return whether a capability that the agent lacks is asked for, whatever the terms
	 * say.
	 * @return whether it is
	 */
	public boolean isRequestingDenied() {
		return this.approvals.get().isRequestingDenied();
	}

	/**
	 * Return whether a person may have a say in a call.
	 * @param terms on what terms the call runs
	 * @return whether it may need an approval
	 */
	public boolean mayNeedPerson(GuardTerms terms) {
		return terms.approval() != null
				|| (terms.requirement() != null && (terms.requestingDenied() || isRequestingDenied()));
	}

	/**
	 * What is left of a call was approved with the call.
	 */
	static boolean needsApproval(GuardedCall call, List<String> missing) {
		return !call.isGoingOn() && (call.terms().approval() != null || !missing.isEmpty());
	}

	ApprovalGate approvals() {
		return this.approvals.get();
	}

	/**
	 * Report that a call is refused for want of a person's approval.
	 * @return what to throw
	 */
	LumoAuthException notApproved(GuardedCall call, LumoAuthException failure) {
		this.reports.refused(call, failure);
		return Refusals.of(failure, isReadByModel(call));
	}

	<T extends @Nullable Object, E extends Throwable> T run(GuardedCall call, UserScope.Action<T, E> code) throws E {
		if (!call.isOfTool()) {
			return code.run();
		}
		return CallScope.open(call, this, code);
	}

	/**
	 * Make a call each time that somebody subscribes to it.
	 * @param call the call
	 * @return makes a publisher of what the call runs
	 */
	public DeferredCall defer(GuardedCall call) {
		boolean approved = !call.isOfTool() && !call.isGoingOn() && mayNeedPerson(call.terms())
				&& CallScope.take(call, this);
		return new DeferredCall(this, call, approved);
	}

	/**
	 * Refuse a call of which nobody knows on what terms it runs, and report that.
	 * @param call the call
	 * @return what to throw
	 */
	public RuntimeException refuse(GuardedCall call) {
		this.reports.decided(call, CapabilityDecision.deny(List.of()));
		return Refusals.unexplained();
	}

	/**
	 * Observe a call of what is not there.
	 * @param call the call
	 */
	public void observeUnknown(GuardedCall call) {
		CallObservation observation = observation(call);
		if (observation != null) {
			observation.unknown();
		}
	}

	/**
	 * Refuse a call that nobody can decide on.
	 * @param why what is missing, for people
	 * @return what to throw
	 */
	public static LumoAuthException unavailable(String why) {
		return Refusals.of(new LumoAuthUnavailableException(why, null), CallScope.isReadByModel());
	}

	/**
	 * Run what may run a tool which no guard stands around. What such a tool fails with
	 * may be read by a model.
	 * @param tool runs it
	 * @param <T> what it gives
	 * @param <E> what it throws
	 * @return what it gave
	 * @throws E what it threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T inToolCall(UserScope.Action<T, E> tool) throws E {
		return CallScope.open(null, tool);
	}

	/**
	 * Run what may run a tool of which the name is known: what is decided inside is
	 * decided for this tool.
	 * @param name the name of the tool
	 * @param tool runs it
	 * @param <T> what it gives
	 * @param <E> what it throws
	 * @return what it gave
	 * @throws E what it threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T inToolCall(String name,
			UserScope.Action<T, E> tool) throws E {
		return CallScope.open(name, tool);
	}

	/**
	 * Return who decides.
	 * @return the decisions of the agent
	 */
	public CapabilityDecisions decisions() {
		return this.decisions.get();
	}

	CurrentUser currentUser() {
		return this.user.get();
	}

	@Nullable CallObservation observation(GuardedCall call) {
		return (!call.isObserved() || this.observations.isNoop()) ? null : this.observations.of(call);
	}

	/**
	 * Return the tool that a call is of, or is made by.
	 */
	static @Nullable String toolOf(GuardedCall call) {
		return (call.tool() != null) ? call.tool() : CallScope.tool();
	}

	CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool) {
		// An implementation of the application's own may return none.
		return requirement.isNeverMet() ? CapabilityDecision.deny(List.of()) : Objects
			.requireNonNull(ToolDecisions.decide(decisions(), requirement, tool), "No decision on a capability");
	}

	/**
	 * Decide without asking anyone.
	 * @return the decision, or {@code null} if somebody has to be asked
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
	 * Never the agent itself: without a user nothing runs.
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
	 * The door of a tool has words of its own.
	 */
	private static boolean isReadByModel(GuardedCall call) {
		return !call.isOfTool() && CallScope.isReadByModel();
	}

}
