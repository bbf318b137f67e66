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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;

/**
 * Makes the guarded calls of one agent. This class, and {@link DeferredCall} for reactive
 * calls, alone ask the gates, report and observe a call, and run it or refuse it. The
 * capability is checked first, then the user, then whatever else the terms need: for a
 * call that is denied anyway, no user's token is renewed and no person is asked. Entry
 * points only translate: they describe the call, and express a refusal in their own
 * words.
 * <p>
 * If an entry point for tools has allowed a call, the guard next to the code does not
 * decide again: both belong to one call.
 *
 * @since 0.1.0
 */
public final class Guard {

	private final Gates gates;

	private final GuardReports reports;

	private final @Nullable CallObservations observations;

	/**
	 * Create the guard of an agent, for one kind of entry point.
	 * @param decisions supplies the decisions; called with the first call
	 * @param user supplies the current user; called with the first call that acts for a
	 * user
	 * @param reports receives the decisions
	 * @param observations observes the calls; {@code null} = nobody does
	 * @param gates supplies the further gates of the agent; called with the first call
	 */
	public Guard(Supplier<CapabilityDecisions> decisions, Supplier<CurrentUser> user, GuardReports reports,
			@Nullable CallObservations observations, Supplier<? extends List<? extends Gate<?>>> gates) {
		this.gates = new Gates(new CapabilityGate(new RememberedBean<>(decisions), reports), new UserGate(user), gates);
		this.reports = reports;
		this.observations = observations;
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
	 * @throws LumoAuthException if the call is refused for another reason
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(GuardedCall call, Action<T, E> code) throws E {
		CallScope allowing = !call.isOfTool() ? CallScope.allowing(call, this) : null;
		if (allowing != null) {
			return allowing.use(call, code);
		}
		ObservedCall observation = observation(call, Conversation::current);
		return (observation != null) ? observation.observe(() -> enter(call, code, observation))
				: enter(call, code, null);
	}

	private <T extends @Nullable Object, E extends Throwable> T enter(GuardedCall call, Action<T, E> code,
			@Nullable ObservedCall observation) throws E {
		Entry entry = admitted(call, code, observation);
		if (observation != null) {
			observation.entered();
		}
		if (entry.equals(Entry.FREE)) {
			return run(call, code, false);
		}
		return (entry.user() != null) ? UserScope.call(entry.user(), () -> run(call, code, entry, observation))
				: run(call, code, entry, observation);
	}

	private Entry admitted(GuardedCall call, Action<?, ?> code, @Nullable ObservedCall observation) {
		try {
			CapabilityTerm only = call.terms().onlyCapability();
			if (only != null && this.gates.isCapabilityEnough(call.terms())) {
				this.gates.capability().admit(call, only);
				return Entry.FREE;
			}
			Passage passage = new Passage(this.gates, call, false, false);
			Admission.Later later = pass(passage);
			if (later != null && isDecidedSoon(later)) {
				passage = new Passage(this.gates, call, false, false);
				later = pass(passage);
			}
			if (later != null) {
				later.again().accept(again(call, code));
				throw later.refusal();
			}
			return passage.entry();
		}
		catch (RuntimeException ex) {
			throw refused(call, ex, observation, false);
		}
	}

	/**
	 * Ask the gates, one after the other.
	 * @return the answer of the gate for which the call has to wait, or {@code null}
	 */
	private static Admission.@Nullable Later pass(Passage passage) {
		Admission.Later later = null;
		while (later == null && passage.hasNext()) {
			UserToken user = passage.entry().user();
			try {
				later = passage.answered((user != null) ? UserScope.call(user, passage::ask) : passage.ask());
			}
			catch (RuntimeException ex) {
				passage.refused(ex);
			}
		}
		return later;
	}

	/**
	 * Return an action that makes the same call again, for its caller.
	 */
	private Action<?, Throwable> again(GuardedCall call, Action<?, ?> code) {
		Caller caller = Caller.current();
		String conversation = Conversation.current();
		return () -> Conversation.call(conversation, () -> caller.signedIn(() -> unchecked(() -> call(call, code))));
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

	private static boolean isDecidedSoon(Admission.Later later) {
		if (later.patience().isZero()) {
			return false;
		}
		CompletableFuture<?> decision = later.decision().get();
		try {
			decision.get(later.patience().toMillis(), TimeUnit.MILLISECONDS);
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
	 * Run a call with its tickets, the outermost first.
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // A result is read as it was written.
	private <T extends @Nullable Object, E extends Throwable> T run(GuardedCall call, Action<T, E> code, Entry entry,
			@Nullable ObservedCall observation) throws E {
		if (entry.kept() != null) {
			return (T) call.result().read(entry.kept());
		}
		if (entry.tickets().isEmpty()) {
			return run(call, code, entry.cured());
		}
		Ticket ticket = entry.tickets().get(0);
		Ticket.Run run = begun(call, ticket, observation);
		return run.run(TicketCall.in(CallContext.current(), ticket, call),
				() -> run(call, code, entry.behindTicket(), observation), call.result()::write);
	}

	private Ticket.Run begun(GuardedCall call, Ticket ticket, @Nullable ObservedCall observation) {
		try {
			return ticket.begin();
		}
		catch (RuntimeException ex) {
			throw refused(call, ex, observation, false);
		}
	}

	private <T extends @Nullable Object, E extends Throwable> T run(GuardedCall call, Action<T, E> code, boolean cured)
			throws E {
		return call.isOfTool() ? CallScope.open(call, this, cured, code) : code.run();
	}

	/**
	 * Report that a call is refused. The entry point of a tool has its own texts for the
	 * model.
	 * @param failure why; an exception that is no refusal is returned as it is
	 * @param readByModel whether a model reads the exception, although no tool runs on
	 * this thread
	 * @return the exception to throw
	 */
	RuntimeException refused(GuardedCall call, RuntimeException failure, @Nullable ObservedCall observation,
			boolean readByModel) {
		if (!(failure instanceof Refusal refusal)) {
			return failure;
		}
		if (observation != null) {
			observation.failed(failure);
		}
		this.reports.refused(call, failure);
		return (!call.isOfTool() && (readByModel || CallScope.isReadByModel())) ? inWordsForModel(refusal) : failure;
	}

	/**
	 * A framework shows the message of an exception to its model, and other guards around
	 * this one still have to recognize the refusal.
	 */
	private static RuntimeException inWordsForModel(Refusal refusal) {
		RuntimeException worded = refusal.inWordsForModel();
		return (worded instanceof Refusal same && worded.getCause() == null && same.code().equals(refusal.code())
				&& refusal.modelText().equals(worded.getMessage())) ? worded : new WordedRefusal(refusal);
	}

	/**
	 * Return whether each call on some terms is decided on its own, by its caller and its
	 * arguments.
	 * @param terms the terms
	 * @return whether an entry point has to pass on the caller and the arguments
	 */
	public boolean isForOneCall(GuardTerms terms) {
		return terms.isForOneCall() || isCurable(terms);
	}

	/**
	 * Return whether a call may go on even if the agent lacks a capability: its refusal
	 * may be cured, for instance by a person.
	 * @param terms the terms of the call
	 * @return whether the call should be offered
	 */
	public boolean isCurable(GuardTerms terms) {
		return terms.get(CapabilityTerm.class) != null && this.gates.mayCure(terms);
	}

	/**
	 * Return what a model should know when its caller starts a chat.
	 * @param tool the name of a tool that the chat offers
	 * @param caller who starts the chat
	 * @return one text for each remark of a gate
	 */
	public List<String> remarks(String tool, Caller caller) {
		List<String> remarks = new ArrayList<>();
		for (Gate<?> gate : this.gates.all()) {
			remarks.addAll(gate.remarks(tool, caller));
		}
		return remarks;
	}

	/**
	 * Make a call at each subscription.
	 * @param call the call
	 * @return a factory for publishers that make the call
	 */
	public DeferredCall defer(GuardedCall call) {
		CallScope allowing = (!call.isOfTool() && !call.isRest() && isForOneCall(call.terms()))
				? CallScope.allowing(call, this) : null;
		if (allowing != null) {
			allowing.useUp();
		}
		return new DeferredCall(this, call.insideOf(CallScope.tool()), allowing);
	}

	/**
	 * Refuse a call whose terms are not known, and report the refusal.
	 * @param call the call
	 * @return the exception to throw
	 */
	public RuntimeException refuse(GuardedCall call) {
		this.reports.denied(call);
		return new AuthorizationDeniedException("Access Denied", new AuthorizationDecision(false));
	}

	/**
	 * Observe a call of a tool that does not exist.
	 * @param call the call
	 */
	public void observeUnknown(GuardedCall call) {
		ObservedCall observation = observation(call, Conversation::current);
		if (observation != null) {
			observation.unknown();
		}
	}

	/**
	 * Refuse a call for which no decision is possible.
	 * @param why the reason, for people who run the application
	 * @return the exception to throw
	 */
	public static RuntimeException unavailable(String why) {
		LumoAuthUnavailableException failure = new LumoAuthUnavailableException(why, null);
		return CallScope.isReadByModel() ? failure.inWordsForModel() : failure;
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
		return this.gates.capability().decisions().get();
	}

	Gates gates() {
		return this.gates;
	}

	@Nullable ObservedCall observation(GuardedCall call, Supplier<@Nullable String> conversation) {
		CallObservations observations = this.observations;
		return (observations != null && call.isObserved() && !observations.isNoop())
				? observations.observed(call, this.reports, conversation.get()) : null;
	}

	/**
	 * A refusal with the text for a model, and nothing else.
	 */
	private static final class WordedRefusal extends RuntimeException implements Refusal {

		private static final long serialVersionUID = 1L;

		private final transient Refusal refusal;

		private WordedRefusal(Refusal refusal) {
			super(refusal.modelText());
			this.refusal = refusal;
		}

		@Override
		public String code() {
			return this.refusal.code();
		}

		@Override
		public String modelText() {
			return this.refusal.modelText();
		}

		@Override
		public RuntimeException inWordsForModel() {
			return this;
		}

		@Override
		public List<String> getMissingCapabilities() {
			return this.refusal.getMissingCapabilities();
		}

	}

}
