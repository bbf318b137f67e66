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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovedCall;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserToken;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A guarded call that is made at each subscription, since the agent may have lost the
 * capability between two subscriptions. A known answer is used at once. If LumoAuth has
 * to be asked, the request runs on {@code boundedElastic}, since the subscribing thread
 * may be one that must not block. This is a separate class because Reactor is optional.
 *
 * @since 0.1.0
 */
public final class DeferredCall {

	private final Guard guard;

	private final GuardedCall call;

	private final AtomicBoolean approved;

	private final @Nullable String tool;

	/**
	 * Create a call.
	 * @param guard the guard
	 * @param call the call
	 * @param approved whether the call was approved at the guard of the tool that makes
	 * it; this counts for the first subscription only
	 */
	DeferredCall(Guard guard, GuardedCall call, boolean approved) {
		this.guard = guard;
		this.call = call;
		this.approved = new AtomicBoolean(approved);
		this.tool = Guard.toolOf(call);
	}

	/**
	 * Return a publisher that makes the call. The call acts for the subscriber's user, or
	 * for the current user if the subscriber has none.
	 * @param code supplies the publisher to subscribe to, if the call may be made
	 * @param multiple whether the publisher may have several elements
	 * @param <T> the type of the elements
	 * @return a {@code Flux}, or a {@code Mono} unless there may be several elements. A
	 * refusal is its error
	 */
	public <T> Publisher<T> publisher(Supplier<? extends Publisher<T>> code, boolean multiple) {
		Caller assembling = Caller.current();
		String conversation = Conversation.current();
		return multiple ? Flux.deferContextual((context) -> flux(code, assembling, conversation, context))
				: Mono.deferContextual((context) -> mono(code, assembling, conversation, context));
	}

	private <T> Flux<T> flux(Supplier<? extends Publisher<T>> code, Caller assembling, @Nullable String assembled,
			ContextView context) {
		String here = Conversation.current();
		String conversation = (here != null) ? here : assembled;
		ObservedCall observation = this.guard.observation(this.call, conversation);
		Flux<T> made = entry(assembling, conversation, context, observation, () -> publisher(code, true))
			.flatMapMany((entry) -> entry.flux(code));
		if (observation == null) {
			return made;
		}
		belongTo(context, observation);
		return Flux
			.using(observation.observation()::start, (started) -> made.doOnError(observation::failed),
					Observation::stop)
			.contextWrite(here(observation));
	}

	private <T> Mono<T> mono(Supplier<? extends Publisher<T>> code, Caller assembling, @Nullable String assembled,
			ContextView context) {
		String here = Conversation.current();
		String conversation = (here != null) ? here : assembled;
		ObservedCall observation = this.guard.observation(this.call, conversation);
		Mono<T> made = entry(assembling, conversation, context, observation, () -> publisher(code, false))
			.flatMap((entry) -> entry.mono(code));
		if (observation == null) {
			return made;
		}
		belongTo(context, observation);
		// Stopped before the caller learns of the end.
		return Mono
			.using(observation.observation()::start, (started) -> made.doOnError(observation::failed),
					Observation::stop)
			.contextWrite(here(observation));
	}

	private static void belongTo(ContextView subscriber, ObservedCall observation) {
		Observation parent = subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		if (parent != null) {
			observation.observation().parentObservation(parent);
		}
	}

	private static UnaryOperator<Context> here(ObservedCall observation) {
		return (context) -> context.put(ObservationThreadLocalAccessor.KEY, observation.observation());
	}

	/**
	 * The code may act for the subscriber's user, and the decision may arrive on another
	 * thread.
	 */
	private Mono<DeferredEntry> entry(Caller assembling, @Nullable String conversation, ContextView context,
			@Nullable ObservedCall observation, Action<?, Throwable> again) {
		Caller subscriber = Caller.current();
		Mono<DeferredEntry> entry = ReactiveUserScope.caller(context, subscriber.or(assembling))
			.flatMap((caller) -> granted(caller, observation).flatMap((missing) -> {
				boolean asking = Guard.needsApproval(this.call, missing) && !this.approved.getAndSet(false);
				Mono<DeferredEntry> entered = this.call.terms().onBehalfOfUser() ? user(caller).map(DeferredEntry::of)
						: Mono.just(DeferredEntry.of(subscriber));
				return asking
						? entered.flatMap((each) -> approved(each, caller, conversation, missing, again, observation))
						: entered;
			}));
		return (observation != null) ? entry.doOnNext((entered) -> observation.entered()) : entry;
	}

	/**
	 * Return the capabilities that are requested, usually none.
	 */
	private Mono<List<String>> granted(Caller caller, @Nullable ObservedCall observation) {
		CapabilityRequirement requirement = this.call.terms().requirement();
		if (requirement == null) {
			return Mono.just(List.of());
		}
		return Mono.defer(() -> decide(requirement, caller, observation)).map((decision) -> {
			List<String> missing = this.guard.askedFor(this.call, decision);
			if (missing.isEmpty()) {
				if (observation != null && !decision.isGranted()) {
					observation.refused(decision);
				}
				this.guard.requireGranted(this.call, decision);
			}
			return missing;
		});
	}

	/**
	 * Let the call run if a person has approved it, and wait for the approval without
	 * holding a thread if the application wants to wait.
	 */
	private Mono<DeferredEntry> approved(DeferredEntry entry, Caller caller, @Nullable String conversation,
			List<String> missing, Action<?, Throwable> again, @Nullable ObservedCall observation) {
		ApprovalCheck check = new ApprovalCheck(this.guard, this.call, missing,
				this.call.terms().onBehalfOfUser() ? entry.caller() : caller);
		Action<?, Throwable> asCaller = () -> Conversation.call(conversation,
				() -> caller.signedIn(() -> ApprovalCheck.unchecked(again)));
		return admitted(check, entry, caller, conversation)
			.onErrorResume(ApprovalPendingException.class,
					(pending) -> decided(check, pending)
						.flatMap((decided) -> decided ? Mono.empty() : Mono.error(check.waiting(pending, asCaller))))
			.onErrorMap(LumoAuthException.class, check::refused)
			.switchIfEmpty(Mono.defer(() -> granted(caller, observation).flatMap((lacking) -> {
				ApprovalCheck now = check.afterWait(lacking);
				return admitted(now, entry, caller, conversation).onErrorMap(LumoAuthException.class, now::refused);
			})));
	}

	private static Mono<DeferredEntry> admitted(ApprovalCheck check, DeferredEntry entry, Caller caller,
			@Nullable String conversation) {
		return Mono.deferContextual((context) -> {
			ApprovedCall.Started outer = context.getOrDefault(ApprovedCall.class, null);
			return Mono
				.fromCallable(() -> entry.call(() -> caller.goOn(() -> Conversation.call(conversation,
						() -> (outer != null) ? outer.call(check::admit) : check.admit()))))
				.map((admission) -> admission
					.<DeferredEntry>map((approved) -> new ApprovedEntry(entry, approved, check))
					.orElse(entry))
				.subscribeOn(Schedulers.boundedElastic());
		});
	}

	/**
	 * Wait for a person's decision.
	 * @return whether there is one
	 */
	private static Mono<Boolean> decided(ApprovalCheck check, ApprovalPendingException pending) {
		return check.patience().isZero() ? Mono.just(false)
				: Mono.fromFuture(() -> check.decision(pending.getApproval()))
					.timeout(check.patience(), Mono.empty())
					.hasElement();
	}

	/**
	 * The decision may need to know the caller, on any thread.
	 */
	private Mono<CapabilityDecision> decide(CapabilityRequirement requirement, Caller caller,
			@Nullable ObservedCall observation) {
		CapabilityDecision known = inScope(observation,
				() -> caller.goOn(() -> this.guard.decideKnown(requirement, this.tool)));
		return (known != null) ? Mono.just(known)
				: Mono.fromCallable(
						() -> inScope(observation, () -> caller.goOn(() -> this.guard.decide(requirement, this.tool))))
					.subscribeOn(Schedulers.boundedElastic());
	}

	private static <T extends @Nullable Object> T inScope(@Nullable ObservedCall observation, Supplier<T> part) {
		return (observation != null) ? observation.inScope(part) : part.get();
	}

	/**
	 * A login's token may have to be renewed, and some threads must not wait for that.
	 */
	private Mono<UserToken> user(Caller caller) {
		Mono<UserToken> token = Mono.fromCallable(() -> caller.call(() -> this.guard.user(this.call)));
		return Schedulers.isInNonBlockingThread() ? token.subscribeOn(Schedulers.boundedElastic()) : token;
	}

}
