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
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * Makes the guarded calls of one agent: the one place where a call is decided, reported,
 * observed, and run for its user or refused. First the capability, then the user: for a
 * call that is denied anyway no user's token is renewed. Doors translate only: they say
 * what is called, and put a refusal into their own words.
 * <p>
 * A call that a door for tools has let in is not decided again by the guard next to the
 * code: the two are one call.
 *
 * @since 0.1.0
 */
public final class Guard {

	private final Supplier<CapabilityDecisions> decisions;

	private final Supplier<CurrentUser> user;

	private final GuardReports reports;

	private final CallObservations observations;

	/**
	 * Create the guard of an agent, for one kind of door.
	 * @param decisions who decides; asked for with the first call
	 * @param user for whom calls act; asked for with the first such call
	 * @param reports who is told of the decisions
	 * @param observations who observes
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			CallObservations observations) {
		this.decisions = decisions;
		this.user = user;
		this.reports = reports;
		this.observations = observations;
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
		CapabilityDecision decision = (requirement != null) ? reported(call, decide(requirement)) : null;
		if (decision != null && !decision.isGranted()) {
			if (observation != null) {
				observation.refused(decision);
			}
			return refused.apply(decision);
		}
		UserToken user = call.terms().onBehalfOfUser() ? user(call) : null;
		if (observation != null) {
			observation.entered();
		}
		return (user != null) ? UserScope.call(user, () -> run(call, code)) : run(call, code);
	}

	private <T extends @Nullable Object, E extends Throwable> T run(GuardedCall call, UserScope.Action<T, E> code)
			throws E {
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
		return new DeferredCall(this, call);
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
		return CallScope.open(tool);
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

	CapabilityDecision decide(CapabilityRequirement requirement) {
		// An implementation of the application's own may return none.
		return requirement.isNeverMet() ? CapabilityDecision.deny(List.of())
				: Objects.requireNonNull(decisions().decide(requirement), "No decision on a capability");
	}

	/**
	 * Decide without asking anyone.
	 * @return the decision, or {@code null} if somebody has to be asked
	 */
	@Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
		return requirement.isNeverMet() ? decide(requirement) : decisions().decideKnown(requirement);
	}

	void requireGranted(GuardedCall call, CapabilityDecision decision) {
		if (!reported(call, decision).isGranted()) {
			throw Refusals.of(decision, isReadByModel(call));
		}
	}

	private CapabilityDecision reported(GuardedCall call, CapabilityDecision decision) {
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
