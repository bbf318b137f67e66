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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDeniedException;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.OpenApproval;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.approval.process.ApprovalDecisions.Asker;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * The approvals of one agent: this class asks for approvals, learns of decisions, and
 * lets each approved call run once.
 * <p>
 * A request that is over holds its call until the same call has got the outcome. A denial
 * or a result is returned for {@code lumoauth.approvals.keep-results}, and an expiry is
 * returned once. After that, the same call asks again.
 *
 * @since 0.1.0
 */
public final class Approvals implements LumoAuthApprovals, AutoCloseable {

	private static final String WITHOUT_PERSON = "Error: a person must approve this call, and no person was asked: "
			+ "it was approved automatically. Tell the user.";

	/** The prefix for what the application requests without a call. */
	private static final String REQUEST = "request#";

	/** Of how many approved calls a model is told. */
	private static final int MAX_SAID = 5;

	private static final int MAX_ATTEMPTS = 10;

	/** A model that is refused usually asks again at once. */
	private static final Duration TOLD_AT_LEAST = Duration.ofMinutes(1);

	private final ApprovalSettings settings;

	private final KnownApprovals known;

	private final Clock clock;

	private final CodeIdentity code;

	private final WaitingCalls waiting;

	private final Replica replica;

	private final ApprovalDecisions decisions;

	private final ApprovalRequests requests;

	private final ApprovedCalls calls;

	Approvals(ApprovalSettings settings, Supplier<ApprovalChannel> channel, Supplier<ApprovalStore> store, Clock clock,
			Consumer<ApplicationEvent> events, Supplier<List<ResumableCalls>> resumable, CodeIdentity code) {
		this.settings = settings;
		this.clock = clock;
		this.known = new KnownApprovals(settings.agent(), settings.process(), store);
		this.code = code;
		this.waiting = new WaitingCalls(this.known, resumable, code);
		this.replica = new Replica(this.known, clock, this::look);
		this.decisions = new ApprovalDecisions(settings, channel, this.known, this.waiting, this.replica, clock,
				events);
		this.requests = new ApprovalRequests(settings, channel, this.known, this.decisions, this.replica, clock);
		this.calls = new ApprovedCalls(channel, this.known, this.waiting, this.decisions, this.replica, clock);
	}

	/**
	 * Return the gate of a guard whose calls need approvals.
	 * @param approvals supplies the agent's approvals; called with the first call that
	 * needs one
	 * @return the gate
	 */
	public static Gate<ApprovalRequirement> gate(Supplier<Approvals> approvals) {
		return new PersonGate(approvals, "");
	}

	/**
	 * Return the gate of a guard for which there may be nobody to ask: each call that
	 * needs an approval is then refused.
	 * @param approvals supplies the approvals, or {@code null}
	 * @param reason why nobody can be asked, and what to do about it
	 * @return the gate
	 */
	public static Gate<ApprovalRequirement> gate(Supplier<? extends @Nullable Approvals> approvals, String reason) {
		return new PersonGate(approvals, reason);
	}

	/**
	 * Take care of requests that were made by another process, or before this process
	 * started. There are none unless the store outlives a process. A store that does not
	 * answer is asked again.
	 */
	public void start() {
		this.replica.start();
	}

	/**
	 * Before the application stops, wait for the chats that go on after a decision, and
	 * leave everything else to the other processes that share the store.
	 * @param atMost how long to wait
	 * @return whether all chats have ended
	 */
	public boolean pause(Duration atMost) {
		boolean ended = this.decisions.pause(atMost);
		this.replica.pause();
		return ended;
	}

	/**
	 * Go on after {@link #pause}.
	 */
	public void goOn() {
		this.decisions.goOn();
		this.replica.resume();
	}

	private void look(OpenApproval open) {
		if (open.approval().state() == ApprovalState.PENDING) {
			this.requests.look(open);
		}
		else {
			this.decisions.look(open);
		}
	}

	/**
	 * Look once at what others have done, as happens every few seconds.
	 */
	void look() {
		this.replica.look();
	}

	static boolean isRequest(Approval approval) {
		return String.valueOf(approval.call().target()).startsWith(REQUEST);
	}

	/**
	 * Return whether a person is asked for a capability that the agent lacks, whatever an
	 * annotation says ({@code lumoauth.approvals.request-denied}).
	 */
	boolean isRequestingDenied() {
		return this.settings.requestDenied();
	}

	/**
	 * Return how long a call waits for a person before it ends as pending
	 * ({@code lumoauth.approvals.wait}); zero if it does not wait.
	 */
	Duration patience() {
		return this.settings.patience();
	}

	/**
	 * Find out whether a call may run, and request the approval if nobody has requested
	 * it. Blocks for requests to LumoAuth, but never for a person.
	 * @param call the call
	 * @return how the call runs; {@code null} if it needs no approval
	 * @throws dev.lumoauth.spring.approval.ApprovalException if the call may not run now
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth gave no answer
	 */
	@Nullable ApprovedCall admit(CallToApprove call) {
		CallArguments arguments = shown(call, call.arguments());
		List<ApprovalRule> rules = (call.requirement() != null) ? call.requirement().appliedTo(arguments) : List.of();
		if (rules.isEmpty() && call.capabilities().isEmpty()) {
			return null;
		}
		String canonical = shown(call, arguments::canonical);
		String user = user(call.user());
		String code = shown(call, () -> code(call));
		ApprovedCall.Made made = new ApprovedCall.Made(
				new ApprovalCall(this.settings.agent(), user, call.tool(), code, canonical).key(), rules,
				call.capabilities(), call.invocation());
		ApprovalCall approvalCall = new ApprovalCall(this.settings.agent(), user, call.tool(),
				this.known.target(CodeIdentity.asked(code, rules), user), canonical);
		if (ApprovedCall.isRunningHere(made)) {
			return null;
		}
		Caller caller = Caller.current();
		Approval approval = KnownApprovals.answered(call.tool(),
				() -> decidedBy(rules, ofCall(approvalCall, arguments, rules, call.capabilities())));
		return switch (approval.state()) {
			case PENDING -> throw new ApprovalPendingException(approval);
			case APPROVED, DONE -> new ApprovedCall(this.calls, approval, made,
					() -> caller.call(() -> shown(call, () -> ofSameCode(call, code))));
			case DENIED -> throw new ApprovalDeniedException(approval);
			default -> throw new ApprovalNotGivenException(approval);
		};
	}

	/**
	 * Return the arguments as they are now. A proxy may have got another object while
	 * LumoAuth was asked.
	 */
	private String ofSameCode(CallToApprove call, String approved) {
		if (!code(call).equals(approved)) {
			throw new IllegalArgumentException("the object that it runs is not the one that was approved");
		}
		return call.arguments().get().canonical();
	}

	private String code(CallToApprove call) {
		return (call.code() != null) ? this.code.of(call.code()) : "";
	}

	/**
	 * Unknown callers do not count as the same caller: the answer of one chat is not for
	 * another chat.
	 */
	static @Nullable String user(@Nullable String user) {
		String conversation = Conversation.current();
		return (user == null && conversation != null) ? "conversation " + conversation : user;
	}

	private static <T> T shown(CallToApprove call, Supplier<T> arguments) {
		try {
			return arguments.get();
		}
		catch (IllegalArgumentException ex) {
			throw new CallNotShownException(call.tool(), String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * An automatic approval is no approval of a call that needs a person's.
	 */
	private Approval decidedBy(List<ApprovalRule> rules, Approval approval) {
		if (approval.state() == ApprovalState.APPROVED && approval.isApprovedByRule()
				&& rules.stream().anyMatch(ApprovalRule::byPerson)) {
			throw withoutPerson(approval);
		}
		return approval;
	}

	private NobodyToAskException withoutPerson(Approval approval) {
		this.decisions.settle(approval, Steps.ended(approval, ApprovalState.CANCELLED, false, null, now()), Asker.CALL);
		return new NobodyToAskException("The call of '" + approval.tool() + "' needs a person's approval (byPerson), "
				+ "and LumoAuth's rules approved request " + approval.id() + " without a person. Have LumoAuth treat "
				+ "such calls as a high risk, or set lumoauth.approvals.channel to push or ciba, which ask the user",
				WITHOUT_PERSON);
	}

	/**
	 * Find the request for a call, or create one.
	 */
	private Approval ofCall(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules,
			List<String> capabilities) {
		ApprovalStore store = this.known.store();
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval known = store.findByCall(call.key());
			if (known == null) {
				Approval asked = this.requests.ask(call, arguments, rules, capabilities);
				if (asked != null) {
					return asked;
				}
				continue;
			}
			if (!covers(known, capabilities)) {
				this.decisions.settle(known, Steps.ended(known, ApprovalState.CANCELLED, false, null, now()),
						Asker.CALL);
				continue;
			}
			if (this.requests.cancelUnasked(known)) {
				continue;
			}
			Approval current = known.state().isFinal() ? known : this.decisions.refreshed(known, false, Asker.CALL);
			if (!current.state().isFinal()) {
				return current;
			}
			boolean told = isToldFor(current);
			if (!current.holding()) {
				continue; // Another caller has run the call or got the outcome.
			}
			if (told && (current.state() == ApprovalState.DENIED || current.state() == ApprovalState.DONE)) {
				return current;
			}
			if (store.replace(current, Steps.released(current)) && told) {
				return current;
			}
		}
		throw new LumoAuthUnavailableException("The approval of a call of '" + call.tool()
				+ "' changes faster than it can be read: too many threads or replicas make this call at the same "
				+ "time", null);
	}

	/**
	 * The agent may have lost a capability since the person was asked.
	 */
	private static boolean covers(Approval approval, List<String> capabilities) {
		return (approval.state() != ApprovalState.PENDING && approval.state() != ApprovalState.APPROVED)
				|| approval.capabilities().containsAll(capabilities);
	}

	private boolean isToldFor(Approval ended) {
		Duration kept = this.settings.keepResults();
		boolean atLeast = ended.state() != ApprovalState.DONE && kept.compareTo(TOLD_AT_LEAST) < 0;
		Instant end = ended.endedAt();
		return end != null && end.plus(atLeast ? TOLD_AT_LEAST : kept).isAfter(now());
	}

	/**
	 * Read the state of a request at once, for callers that know that LumoAuth's answer
	 * has changed. Everybody who waits for the decision is notified.
	 * @param id the request's id
	 * @return the request in its current state
	 * @throws IllegalArgumentException if there is no request with that id
	 */
	public Approval refresh(String id) {
		Approval known = this.known.find(id);
		return known.state().isFinal() ? known : this.decisions.refreshed(known, true, Asker.CODE);
	}

	/**
	 * Return a future that completes when a request is decided or over.
	 * @param approval the request
	 * @return a future that completes with the request in its new state; a caller that
	 * stops waiting cancels the future
	 */
	public CompletableFuture<Approval> decision(Approval approval) {
		return this.decisions.decision(approval);
	}

	/**
	 * Return what a model should know when its caller starts a chat: which calls of that
	 * caller were approved and have not run. Sends no request and reads no store.
	 * @param tool the name of the tool that the chat offers
	 * @param user the caller's name, or {@code null}; the conversation on the thread
	 * counts as well
	 * @return one text for each call
	 */
	List<String> approvedCalls(String tool, @Nullable String user) {
		String caller = user(user);
		return (caller == null) ? List.of() : this.replica.approved()
			.stream()
			.filter((approval) -> caller.equals(approval.call().user()) && approval.tool().equals(tool)
					&& !isRequest(approval) && approval.expiresAt().isAfter(now()))
			.limit(MAX_SAID)
			.map((approval) -> "The call of the tool '" + tool + "' with the arguments " + approval.arguments()
					+ " is approved and has not run. Call it again with exactly these arguments if the user still wants it.")
			.toList();
	}

	/**
	 * Remember how to make a waiting call again, for {@link #resume}.
	 * @param approval the request
	 * @param again makes the same call again, for its caller
	 */
	void waiting(Approval approval, Action<? extends @Nullable Object, Throwable> again) {
		this.waiting.add(approval, again);
	}

	@Override
	public Approval request(String tool, CallArguments arguments, ApprovalRule rule) {
		ApprovalCall call = new ApprovalCall(this.settings.agent(), user(Caller.current().name()), tool, REQUEST + rule,
				arguments.canonical());
		return decidedBy(List.of(rule), ofCall(call, arguments, List.of(rule), List.of()));
	}

	@Override
	public List<Approval> pending() {
		List<Approval> pending = new ArrayList<>(this.known.listed(ApprovalState.PENDING));
		pending.addAll(this.known.listed(ApprovalState.APPROVED));
		return pending.stream().limit(KnownApprovals.MAX_LISTED).toList();
	}

	@Override
	public List<Approval> undecided() {
		return this.known.listed(ApprovalState.RUNNING);
	}

	@Override
	public Approval status(String id) {
		return this.decisions.status(id);
	}

	@Override
	public void notified(String reference) {
		this.known.listed(ApprovalState.PENDING)
			.stream()
			.filter((approval) -> reference.equals(approval.reference()))
			.findFirst()
			.ifPresent((approval) -> this.decisions.refreshed(approval, true, Asker.BACKGROUND));
	}

	@Override
	public Approval cancel(String id) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval known = this.known.find(id);
			if (known.state().isFinal()) {
				return known;
			}
			if (this.calls.isRunningHere(id)) {
				throw new IllegalStateException("The call of request " + id + " runs in this process now");
			}
			if (known.state() == ApprovalState.RUNNING && !this.replica.claim(id)) {
				throw new IllegalStateException("The call of request " + id + " runs in another process, which was "
						+ "alive " + Replica.LEASE.toSeconds()
						+ " s ago at most: cancel the request after the call has ended, or this time "
						+ "after that process has died");
			}
			Approval cancelled = Steps.ended(known, ApprovalState.CANCELLED, false, null, now());
			if (this.decisions.settle(known, cancelled, Asker.CODE)) {
				return cancelled;
			}
		}
		return this.known.find(id);
	}

	@Override
	public Approval await(String id, Duration atMost) {
		Approval known = status(id);
		if (known.state() != ApprovalState.PENDING) {
			return known;
		}
		CompletableFuture<Approval> decision = decision(known);
		try {
			return decision.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			decision.cancel(false);
			return this.known.find(id);
		}
		catch (ExecutionException ex) {
			return this.known.find(id); // the id is unknown there too, or it fails again
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return this.known.find(id);
		}
	}

	@Override
	public @Nullable Object resume(String id) {
		Approval known = this.known.find(id);
		return this.waiting
			.resume(known.state().isFinal() ? known : this.decisions.refreshed(known, false, Asker.CALL));
	}

	@Override
	public <T extends @Nullable Object, E extends Throwable> T run(String id, Action<T, E> action) throws E {
		Approval approval = status(id);
		WaitingCalls.refuse(approval);
		if (approval.state() != ApprovalState.APPROVED || !isRequest(approval)) {
			throw new ApprovalNotGivenException(approval);
		}
		if (approval.isApprovedByRule() && String.valueOf(approval.call().target()).endsWith(ApprovalRule.BY_PERSON)) {
			throw withoutPerson(approval);
		}
		WaitingCalls.requireNoOther(approval);
		return new ApprovedCall(this.calls, approval,
				new ApprovedCall.Made(approval.call().key(), List.of(), approval.capabilities(), null),
				approval::arguments)
			.begin()
			.run(action, (result) -> null);
	}

	private Instant now() {
		return this.clock.instant();
	}

	/**
	 * Forget what only this process knows, as after a start: which callers wait for a
	 * decision, and how to resume each call. The requests stay in the store.
	 */
	public void forget() {
		this.decisions.forget();
	}

	/**
	 * Stop reading the states of requests. Everybody who waits learns that nobody has
	 * decided.
	 */
	@Override
	public void close() {
		this.decisions.close();
	}

}
