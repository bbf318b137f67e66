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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

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
public final class Approvals implements LumoAuthApprovals, ApprovalGate, AutoCloseable {

	private static final Log logger = LogFactory.getLog(Approvals.class);

	private static final String AS_THAT_USER = "in a request of that user, or in UserScope.call(userToken, ..) if the "
			+ "request was made there";

	/** The prefix for what the application requests without a call. */
	private static final String REQUEST = "request#";

	private static final int MAX_LISTED = 1_000;

	private static final int MAX_RESUMABLE = 10_000;

	/** In characters. */
	private static final int MAX_RESULT = 65_536;

	private static final String CUT = "… (cut)";

	private static final int MAX_ATTEMPTS = 10;

	/** A model that is refused usually asks again at once. */
	private static final Duration TOLD_AT_LEAST = Duration.ofMinutes(1);

	private final ApprovalSettings settings;

	private final Supplier<ApprovalChannel> channel;

	private final Supplier<ApprovalStore> store;

	private final Clock clock;

	private final Consumer<ApplicationEvent> events;

	private final Supplier<List<ResumableCalls>> resumable;

	private final ApprovalPoller poller;

	private final DecisionWaiters waiters = new DecisionWaiters();

	private final Map<String, UserScope.Action<? extends @Nullable Object, Throwable>> waiting = new ConcurrentHashMap<>();

	private final Set<String> running = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean nobodyToAsk = new AtomicBoolean();

	Approvals(ApprovalSettings settings, Supplier<ApprovalChannel> channel, Supplier<ApprovalStore> store, Clock clock,
			Consumer<ApplicationEvent> events, Supplier<List<ResumableCalls>> resumable) {
		this.settings = settings;
		this.channel = channel;
		this.store = store;
		this.clock = clock;
		this.events = events;
		this.resumable = resumable;
		this.poller = new ApprovalPoller(this::poll);
	}

	/**
	 * Learn of decisions on requests from before this process started. There are none
	 * unless the store outlives a process.
	 */
	public void start() {
		Duration interval = this.channel.get().interval();
		listed(ApprovalState.PENDING).forEach((approval) -> this.poller.watch(approval.id(), interval));
		listed(ApprovalState.APPROVED).forEach((approval) -> this.poller.watch(approval.id(), left(approval)));
	}

	@Override
	public boolean isRequestingDenied() {
		return this.settings.requestDenied();
	}

	@Override
	public Duration patience() {
		return this.settings.patience();
	}

	@Override
	public @Nullable ApprovedCall admit(CallToApprove call) {
		CallArguments arguments = shown(call, call.arguments());
		List<ApprovalRule> rules = (call.requirement() != null) ? call.requirement().appliedTo(arguments) : List.of();
		if (rules.isEmpty() && call.capabilities().isEmpty()) {
			return null;
		}
		String canonical = shown(call, arguments::canonical);
		String user = user(call.user());
		ApprovedCall.Made made = new ApprovedCall.Made(
				new ApprovalCall(this.settings.agent(), user, call.tool(), call.target(), canonical).key(), rules,
				call.capabilities(), call.invocation());
		ApprovalCall approvalCall = new ApprovalCall(this.settings.agent(), user, call.tool(), target(call, rules),
				canonical);
		if (ApprovedCall.isRunningHere(made)) {
			return null;
		}
		Caller caller = Caller.current();
		Approval approval = answered(call.tool(), () -> ofCall(approvalCall, arguments, rules, call.capabilities()));
		return switch (approval.state()) {
			case PENDING -> throw new ApprovalPendingException(approval);
			case APPROVED, DONE -> new ApprovedCall(this, approval, made,
					() -> caller.call(() -> shown(call, () -> call.arguments().get().canonical())));
			case DENIED -> throw new ApprovalDeniedException(approval);
			default -> throw new ApprovalNotGivenException(approval);
		};
	}

	/**
	 * Unknown callers do not count as the same caller: the answer of one chat is not for
	 * another chat.
	 */
	private static @Nullable String user(@Nullable String user) {
		String conversation = Conversation.current();
		return (user == null && conversation != null) ? "conversation " + conversation : user;
	}

	/**
	 * The question to the person is a part of what is approved: a tool of the same name
	 * with another question is another tool.
	 */
	private static String target(CallToApprove call, List<ApprovalRule> rules) {
		return ((call.target() != null) ? call.target() : "")
				+ rules.stream().map(ApprovalRule::toString).collect(Collectors.joining("; ", "#", ""));
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
	 * A store that fails gives no answer, and no answer is not an approval.
	 */
	private static <T> T answered(String tool, Supplier<T> question) {
		try {
			return question.get();
		}
		catch (LumoAuthException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("The approval of the call of '" + tool + "' could not be read or stored: the call is refused. "
					+ ex);
			throw new LumoAuthUnavailableException(
					"The approval of the call of '" + tool + "' could not be read or stored", ex);
		}
	}

	/**
	 * Find the request for a call, or create one.
	 */
	private Approval ofCall(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules,
			List<String> capabilities) {
		ApprovalStore store = this.store.get();
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval known = store.findByCall(call.key());
			if (known == null) {
				Approval asked = ask(call, arguments, rules, capabilities);
				if (asked != null) {
					return asked;
				}
				continue;
			}
			if (!covers(known, capabilities)) {
				settle(known, known.ended(ApprovalState.CANCELLED, false, null, now()), true);
				continue;
			}
			Approval current = known.state().isFinal() ? known : refreshed(known, false, true);
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
			if (store.replace(current, current.released()) && told) {
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
	 * Ask a person.
	 * @return the request; {@code null} if somebody else has asked meanwhile
	 */
	private @Nullable Approval ask(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules,
			List<String> capabilities) {
		requireRoom(call);
		Map<String, @Nullable Object> shown = ShownArguments.of(arguments.values(), this.settings.redacted(),
				rules.stream().flatMap((rule) -> rule.argumentNames().stream()).toList());
		CallArguments uncut = CallArguments.of(ShownArguments.uncut(arguments.values(), this.settings.redacted()));
		Instant now = now();
		Approval asking = new Approval("apr_" + UUID.randomUUID().toString().replace("-", ""), 0, ApprovalState.PENDING,
				call, reason(call, uncut, rules, capabilities), impact(rules, capabilities),
				rules.stream().flatMap((rule) -> rule.audiences().stream()).distinct().toList(), capabilities,
				Conversation.current(), true, null, null, now, now.plus(this.settings.ttl()), null, null, null, null,
				null);
		ApprovalStore store = this.store.get();
		store.removeEnded(now.minus(this.settings.keepResults()).minus(this.settings.ttl()));
		if (!store.putIfAbsent(asking).id().equals(asking.id())) {
			return null;
		}
		ApprovalAnswer answer;
		try {
			answer = this.channel.get()
				.ask(new ApprovalQuestion(asking, shown, this.settings.ttl(), this.settings.approver()));
		}
		catch (Throwable ex) {
			store.replace(asking, asking.ended(ApprovalState.CANCELLED, false, null, now()));
			if (ex instanceof NobodyToAskException && this.nobodyToAsk.compareAndSet(false, true)) {
				logger.warn("A call is refused: " + ex.getMessage() + ". Logged once until somebody is asked.");
			}
			throw ex;
		}
		this.nobodyToAsk.set(false);
		Approval asked = answered(asking, answer);
		if (!store.replace(asking, asked)) {
			// Cancelled meanwhile.
			tellEnded(asked);
			return status(asking.id());
		}
		publish(new ApprovalRequestedEvent(this, asked));
		if (asked.state() != ApprovalState.PENDING) {
			decided(asked, true);
		}
		if (!asked.state().isFinal()) {
			this.poller.watch(asked.id(),
					(asked.state() == ApprovalState.PENDING) ? this.channel.get().interval() : left(asked));
		}
		return asked;
	}

	private static String reason(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules,
			List<String> capabilities) {
		List<String> reasons = rules.stream()
			.map((rule) -> rule.reason(arguments))
			.filter((reason) -> !reason.isEmpty())
			.distinct()
			.collect(Collectors.toCollection(ArrayList::new));
		if (!capabilities.isEmpty()) {
			reasons.add("the agent lacks " + String.join(", ", capabilities));
		}
		return ShownText.of(reasons.isEmpty() ? "Call " + call.tool() : String.join("; ", reasons),
				ReasonTemplate.MAX_LENGTH);
	}

	/**
	 * A call for which the agent lacks a capability never has a low impact.
	 */
	private static Impact impact(List<ApprovalRule> rules, List<String> capabilities) {
		Impact least = capabilities.isEmpty() ? Impact.LOW : Impact.HIGH;
		return rules.stream().map(ApprovalRule::impact).reduce(least, (a, b) -> (a.compareTo(b) > 0) ? a : b);
	}

	private void requireRoom(ApprovalCall call) {
		List<Approval> pending = listed(ApprovalState.PENDING);
		if (pending.size() >= Math.min(this.settings.maxPending(), MAX_LISTED)) {
			throw new TooManyPendingException(call.tool(), "lumoauth.approvals.max-pending", pending.size());
		}
		int limit = this.settings.maxPendingPerUser();
		if (call.user() != null
				&& pending.stream().filter((each) -> call.user().equals(each.call().user())).count() >= limit) {
			throw new TooManyPendingException(call.tool(), "lumoauth.approvals.max-pending-per-user", limit);
		}
	}

	/**
	 * Read the state of a request at once, for callers that know that LumoAuth's answer
	 * has changed. Everybody who waits for the decision is notified.
	 * @param id the request's id
	 * @return the request in its current state
	 * @throws IllegalArgumentException if there is no request with that id
	 */
	public Approval refresh(String id) {
		Approval known = find(id);
		return known.state().isFinal() ? known : refreshed(known, true, false);
	}

	/**
	 * Read the state of a request if it is pending.
	 * @param known the request
	 * @param atOnce whether to ask even before the next interval
	 * @param byCall whether the call itself asks, and continues with the answer
	 */
	private Approval refreshed(Approval known, boolean atOnce, boolean byCall) {
		if (known.state() == ApprovalState.RUNNING) {
			return known;
		}
		if (!known.expiresAt().isAfter(now())) {
			return settled(known, known.ended(ApprovalState.EXPIRED, true, null, now()), byCall);
		}
		if (known.state() == ApprovalState.APPROVED || known.reference() == null
				|| (!atOnce && !this.poller.isDue(known.id(), this.channel.get().interval()))) {
			return known;
		}
		try {
			ApprovalAnswer answer = this.channel.get().status(known);
			this.poller.asked(known.id());
			return (answer.state() == ApprovalState.PENDING) ? known : settled(known, answered(known, answer), byCall);
		}
		catch (LumoAuthException ex) {
			logger.debug("The state of the approval request " + known.id() + " is not known", ex);
			return known;
		}
	}

	/**
	 * Take a step by which a request is decided or over.
	 * @param byCall whether the call itself continues
	 * @return the request in its new state, no matter who took the step
	 */
	private Approval settled(Approval current, Approval next, boolean byCall) {
		if (settle(current, next, byCall)) {
			return next;
		}
		Approval known = this.store.get().find(current.id());
		if (known != null && known.state() != ApprovalState.PENDING) {
			complete(known);
		}
		return (known != null) ? known : next;
	}

	private boolean settle(Approval current, Approval next, boolean byCall) {
		if (!this.store.get().replace(current, next)) {
			return false;
		}
		decided(next, byCall);
		if (next.state().isFinal()) {
			tellEnded(next);
		}
		return true;
	}

	private Approval answered(Approval approval, ApprovalAnswer answer) {
		Instant now = now();
		return approval.answered(answer, now, now.plus(this.settings.ttl()));
	}

	/**
	 * Inform everybody of a decision.
	 * @param approval the request
	 * @param byCall whether the call itself continues
	 */
	private void decided(Approval approval, boolean byCall) {
		boolean awaited = complete(approval);
		ApprovalDecidedEvent event = new ApprovalDecidedEvent(this, approval, !byCall && !awaited);
		this.poller.tell(() -> {
			if (event.isToResume()) {
				// Whoever looks at the request may be somebody else than its caller.
				Caller.NOBODY.signedIn(() -> {
					publish(event);
					return true;
				});
			}
			else {
				publish(event);
			}
		});
	}

	private Duration left(Approval approval) {
		return Duration.between(now(), approval.expiresAt());
	}

	/**
	 * Inform those who wait for a decision.
	 * @return whether anybody waits
	 */
	private boolean complete(Approval approval) {
		if (approval.state() != ApprovalState.APPROVED) {
			this.poller.forget(approval.id());
			this.waiting.remove(approval.id());
		}
		return this.waiters.tell(approval);
	}

	/**
	 * Read the state of a request in the background.
	 * @return when to ask again, or {@code null} if it is decided
	 */
	private @Nullable Duration poll(String id) {
		Approval known = this.store.get().find(id);
		if (known == null) {
			return null;
		}
		if (known.state() != ApprovalState.PENDING && known.state() != ApprovalState.APPROVED) {
			complete(known);
			return null;
		}
		if (!known.expiresAt().isAfter(now())) {
			settled(known, known.ended(ApprovalState.EXPIRED, true, null, now()), false);
			return null;
		}
		if (known.state() == ApprovalState.APPROVED) {
			// Decided elsewhere, or waiting to be run.
			complete(known);
			return left(known);
		}
		ApprovalChannel channel = this.channel.get();
		if (known.reference() != null) {
			ApprovalAnswer answer = channel.status(known);
			this.poller.asked(id);
			if (answer.state() != ApprovalState.PENDING) {
				Approval decided = settled(known, answered(known, answer), false);
				return (decided.state() == ApprovalState.APPROVED) ? left(decided) : null;
			}
		}
		Duration spaced = Duration.ofMinutes(1).dividedBy(channel.statusesPerMinute()).multipliedBy(this.poller.size());
		Duration left = left(known);
		Duration next = (spaced.compareTo(channel.interval()) > 0) ? spaced : channel.interval();
		return (left.compareTo(next) < 0) ? left : next;
	}

	/**
	 * Forget the tokens of approved calls that have not run, because LumoAuth has revoked
	 * something. Approved calls stay approved.
	 */
	public void forgetTokens() {
		this.channel.get().forgetTokens();
	}

	RunningApproval begin(Approval approval) {
		if (approval.state() != ApprovalState.APPROVED) {
			throw new ApprovalNotGivenException(approval);
		}
		OAuth2AccessToken token = approval.audiences().isEmpty() ? null : this.channel.get().token(approval);
		Approval begun = approval.running();
		boolean mine = this.running.add(approval.id());
		try {
			if (!answered(approval.tool(), () -> this.store.get().replace(approval, begun))) {
				Approval known = this.store.get().find(approval.id());
				throw new ApprovalNotGivenException((known != null) ? known : begun);
			}
		}
		catch (RuntimeException ex) {
			if (mine) {
				this.running.remove(approval.id());
			}
			throw ex;
		}
		this.poller.forget(approval.id());
		this.waiting.remove(approval.id());
		publish(new ApprovedCallEvent(this, begun));
		return new RunningApproval(begun, (token != null)
				? CallTokens.of(approval.call().agent(), Set.copyOf(approval.audiences()), token) : CallTokens.NONE);
	}

	void ended(RunningApproval running, ApprovalState state, @Nullable String result) {
		running.tokens().end();
		Approval approval = running.approval();
		Approval ended = approval.ended(state, result != null, bounded(result), now());
		try {
			if (this.store.get().replace(approval, ended)) {
				publish(new ApprovedCallEvent(this, ended));
			}
			else {
				logger.warn("The call of '" + approval.tool() + "' has ended as " + state.code() + ", and its request "
						+ approval.id() + " was cancelled meanwhile");
			}
		}
		catch (RuntimeException ex) {
			// The call has run: its result counts. It is shown as running and is never
			// run again automatically.
			logger.error("The call of '" + approval.tool() + "' has ended as " + state.code()
					+ ", which could not be stored for request " + approval.id(), ex);
		}
		finally {
			this.running.remove(approval.id());
		}
		tellEnded(ended);
	}

	private static @Nullable String bounded(@Nullable String result) {
		return (result == null || result.length() <= MAX_RESULT) ? result
				: result.substring(0, MAX_RESULT - CUT.length()) + CUT;
	}

	/**
	 * Tell LumoAuth in the background that a request is over, since nobody waits for
	 * that.
	 */
	private void tellEnded(Approval approval) {
		if (approval.reference() == null) {
			return;
		}
		this.poller.execute(() -> {
			try {
				this.channel.get().ended(approval);
			}
			catch (RuntimeException ex) {
				logger.debug("LumoAuth could not be informed that request " + approval.id() + " has ended", ex);
			}
		});
	}

	private void publish(ApplicationEvent event) {
		try {
			this.events.accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener failed to handle " + event.getClass().getSimpleName() + ". The approval stands.",
					ex);
		}
	}

	@Override
	public CompletableFuture<Approval> decision(Approval approval) {
		CompletableFuture<Approval> decision = this.waiters.add(approval.id());
		Approval known = answered(approval.tool(), () -> Optional.ofNullable(this.store.get().find(approval.id())))
			.orElse(null);
		if (known == null || known.state() != ApprovalState.PENDING) {
			decision.complete((known != null) ? known : approval);
		}
		else {
			this.poller.watch(approval.id(), this.channel.get().interval());
		}
		return decision;
	}

	@Override
	public void waiting(Approval approval, UserScope.Action<? extends @Nullable Object, Throwable> again) {
		if (this.waiting.size() < MAX_RESUMABLE) {
			this.waiting.putIfAbsent(approval.id(), again);
			if (isOver(approval)) {
				this.waiting.remove(approval.id()); // decided meanwhile
			}
		}
	}

	private boolean isOver(Approval approval) {
		try {
			Approval known = this.store.get().find(approval.id());
			return known == null || known.state().isFinal();
		}
		catch (RuntimeException ex) {
			return false; // not known
		}
	}

	@Override
	public Approval request(String tool, CallArguments arguments, ApprovalRule rule) {
		ApprovalCall call = new ApprovalCall(this.settings.agent(), user(Caller.current().name()), tool, REQUEST + rule,
				arguments.canonical());
		return ofCall(call, arguments, List.of(rule), List.of());
	}

	@Override
	public List<Approval> pending() {
		List<Approval> pending = new ArrayList<>(listed(ApprovalState.PENDING));
		pending.addAll(listed(ApprovalState.APPROVED));
		return pending.stream().limit(MAX_LISTED).toList();
	}

	private List<Approval> listed(ApprovalState state) {
		return this.store.get().findByState(this.settings.agent(), state, MAX_LISTED);
	}

	@Override
	public List<Approval> undecided() {
		return listed(ApprovalState.RUNNING);
	}

	@Override
	public Approval status(String id) {
		Approval known = find(id);
		return (known.state() == ApprovalState.PENDING || known.state() == ApprovalState.APPROVED)
				? refreshed(known, false, false) : known;
	}

	private Approval find(String id) {
		Approval known = this.store.get().find(id);
		if (known == null || !known.call().agent().equals(this.settings.agent())) {
			throw new IllegalArgumentException("There is no approval request with this id, or it no longer exists");
		}
		return known;
	}

	@Override
	public void notified(String reference) {
		listed(ApprovalState.PENDING).stream()
			.filter((approval) -> reference.equals(approval.reference()))
			.findFirst()
			.ifPresent((approval) -> refreshed(approval, true, false));
	}

	@Override
	public Approval cancel(String id) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			Approval known = find(id);
			if (known.state().isFinal()) {
				return known;
			}
			if (this.running.contains(id)) {
				throw new IllegalStateException("The call of request " + id + " runs in this process now");
			}
			Approval cancelled = known.ended(ApprovalState.CANCELLED, false, null, now());
			if (settle(known, cancelled, false)) {
				return cancelled;
			}
		}
		return find(id);
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
			return find(id);
		}
		catch (ExecutionException ex) {
			return find(id); // the id is unknown there too, or it fails again
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return find(id);
		}
	}

	@Override
	public @Nullable Object resume(String id) {
		Approval known = find(id);
		Approval approval = known.state().isFinal() ? known : refreshed(known, false, true);
		UserScope.Action<? extends @Nullable Object, Throwable> again = this.waiting.get(id);
		if (again == null && approval.state() == ApprovalState.DONE && approval.result() != null) {
			return approval.result();
		}
		if (again == null) {
			refuse(approval);
			requireUser(approval);
		}
		for (ResumableCalls each : (again == null) ? this.resumable.get() : List.<ResumableCalls>of()) {
			again = (again != null) ? again : each.find(approval);
		}
		if (again == null) {
			throw new IllegalStateException("The call of request " + id + " was not made in this process, and '"
					+ approval.tool() + "' is not a tool that can be found by its name: make the same call again");
		}
		return Resumed.run(again);
	}

	private static void requireUser(Approval approval) {
		String user = approval.call().user();
		if (user != null && !user.startsWith("conversation ") && !user.equals(Caller.current().name())) {
			throw new IllegalStateException("The call of request " + approval.id()
					+ " was made for a user, and that user is not signed in on this thread: resume the call "
					+ AS_THAT_USER);
		}
	}

	/**
	 * A person's decision may come on a thread where nobody is signed in.
	 */
	private static void requireNoOther(Approval approval) {
		String here = user(Caller.current().name());
		if (here != null && approval.call().user() != null && !here.equals(approval.call().user())) {
			throw new IllegalStateException("Request " + approval.id()
					+ " was made for another user than the one who is signed in on this thread: run the action "
					+ AS_THAT_USER);
		}
	}

	private static void refuse(Approval approval) {
		switch (approval.state()) {
			case APPROVED, DONE -> {
			}
			case PENDING -> throw new ApprovalPendingException(approval);
			case DENIED -> throw new ApprovalDeniedException(approval);
			default -> throw new ApprovalNotGivenException(approval);
		}
	}

	@Override
	public <T extends @Nullable Object, E extends Throwable> T run(String id, UserScope.Action<T, E> action) throws E {
		Approval approval = status(id);
		refuse(approval);
		if (approval.state() != ApprovalState.APPROVED
				|| !String.valueOf(approval.call().target()).startsWith(REQUEST)) {
			throw new ApprovalNotGivenException(approval);
		}
		requireNoOther(approval);
		return new ApprovedCall(this, approval,
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
		this.poller.forgetAll();
		this.waiting.clear();
		this.waiters.release(this::find);
	}

	/**
	 * Stop reading the states of requests. Everybody who waits learns that nobody has
	 * decided.
	 */
	@Override
	public void close() {
		this.poller.close();
		this.waiters.release(this::find);
	}

}
