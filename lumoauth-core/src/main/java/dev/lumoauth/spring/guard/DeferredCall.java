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

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
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
 * capability between two subscriptions. A gate that knows its answer gives it at once. A
 * gate that has to find out runs on {@code boundedElastic}, since the subscribing thread
 * may be one that must not block. This is a separate class because Reactor is optional.
 *
 * @since 0.1.0
 */
public final class DeferredCall {

	private final Guard guard;

	private final GuardedCall call;

	private final AtomicReference<@Nullable CallScope> allowing;

	/**
	 * Create a call.
	 * @param guard the guard
	 * @param call the call
	 * @param allowing where the call was allowed at the guard of the tool that makes it,
	 * or {@code null}; this counts for the first subscription only
	 */
	DeferredCall(Guard guard, GuardedCall call, @Nullable CallScope allowing) {
		this.guard = guard;
		this.call = call;
		this.allowing = new AtomicReference<>(allowing);
	}

	/**
	 * Return a publisher that makes the call. The call acts for the subscriber's user, or
	 * for the current user if the subscriber has none. A user who was named takes
	 * precedence over one who is signed in on a thread ({@link Caller#or}).
	 * @param code supplies the publisher to subscribe to, if the call may be made
	 * @param multiple whether the publisher may have several elements
	 * @param <T> the type of the elements
	 * @return a {@code Flux}, or a {@code Mono} unless there may be several elements. A
	 * refusal is its error
	 */
	public <T> Publisher<T> publisher(Supplier<? extends Publisher<T>> code, boolean multiple) {
		Caller assembling = Caller.current();
		String conversation = Conversation.current();
		Action<?, Throwable> again = () -> publisher(code, multiple);
		Flux<T> elements = Flux.deferContextual(
				(context) -> new Subscription(assembling, conversation, context, again).elements(code, multiple));
		return multiple ? elements : elements.singleOrEmpty();
	}

	/**
	 * One subscription: one call.
	 */
	private final class Subscription {

		private final Caller assembling;

		private final Caller subscriber = Caller.current();

		private final @Nullable String conversation;

		private final ContextView context;

		private final Action<?, Throwable> again;

		private final @Nullable ObservedCall observation;

		private final @Nullable CallScope allowing = DeferredCall.this.allowing.getAndSet(null);

		/** The decision may arrive on another thread. */
		private boolean readByModel = CallScope.isOpen();

		private Subscription(Caller assembling, @Nullable String assembled, ContextView context,
				Action<?, Throwable> again) {
			String here = Conversation.current();
			this.assembling = assembling;
			this.conversation = (here != null) ? here : assembled;
			this.context = context;
			this.again = again;
			this.observation = DeferredCall.this.guard.observation(DeferredCall.this.call, () -> this.conversation);
		}

		private <T> Flux<T> elements(Supplier<? extends Publisher<T>> code, boolean multiple) {
			Flux<T> made = entered().flatMapMany((entered) -> entered.elements(entered.entry(), code, multiple));
			ObservedCall observed = this.observation;
			if (observed == null) {
				return made;
			}
			Observation observation = observed.observation();
			Observation parent = this.context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			if (parent != null) {
				observation.parentObservation(parent);
			}
			// Stopped before the caller learns of the end.
			return Flux
				.using(observation::start, (started) -> made.doOnError(observed::failed), (started) -> observed.stop())
				.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, observation));
		}

		/**
		 * The code may act for the subscriber's user, and the decision may arrive on
		 * another thread.
		 */
		private Mono<Entered> entered() {
			Mono<Entered> entered = ReactiveUserScope.caller(this.context, this.subscriber.or(this.assembling))
				.flatMap((caller) -> passed(caller, allowing(caller), true).onErrorMap(RuntimeException.class,
						this::refused));
			ObservedCall observation = this.observation;
			return (observation != null) ? entered.doOnNext((each) -> observation.entered()) : entered;
		}

		/**
		 * The decision at the guard of the tool counts for the caller of the tool only.
		 */
		private @Nullable CallScope allowing(Caller caller) {
			return Objects.equals(caller.name(), this.assembling.name()) ? this.allowing : null;
		}

		/**
		 * Ask the gates, one after the other.
		 * @param mayWait whether to wait if a gate will know more later
		 */
		private Mono<Entered> passed(Caller caller, @Nullable CallScope allowing, boolean mayWait) {
			return Mono.defer(() -> next(new Passage(DeferredCall.this.guard.gates(), call(),
					allowing != null || call().isRest(), allowing != null && allowing.isCured()), caller, mayWait));
		}

		private Mono<Entered> next(Passage passage, Caller caller, boolean mayWait) {
			if (!passage.hasNext()) {
				return Mono.just(new Entered(this, caller, passage.entry()));
			}
			return answer(passage, caller).map((answer) -> Optional.ofNullable(passage.answered(answer)))
				.onErrorResume(RuntimeException.class, (ex) -> Mono.fromSupplier(() -> {
					passage.refused(ex);
					return Optional.empty();
				}))
				.flatMap((later) -> later.isPresent() ? waiting(later.get(), caller, mayWait)
						: next(passage, caller, mayWait));
		}

		private Mono<Gates.Answer> answer(Passage passage, Caller caller) {
			return Mono.defer(() -> {
				Entered here = new Entered(this, caller, passage.entry());
				Gates.Answer known = here.observed(passage::known);
				if (known != null) {
					return Mono.just(known);
				}
				// Here and not before: this looks through the stack.
				this.readByModel = this.readByModel || CallScope.isReadByModel();
				Mono<Gates.Answer> asked = Mono.fromCallable(() -> here.observed(passage::ask));
				return (passage.gate().isQuick() && !Schedulers.isInNonBlockingThread()) ? asked
						: asked.subscribeOn(Schedulers.boundedElastic());
			});
		}

		private Mono<Entered> waiting(Admission.Later later, Caller caller, boolean mayWait) {
			return decidedSoon(later, mayWait).flatMap((decided) -> {
				if (decided) {
					return passed(caller, null, false);
				}
				later.again()
					.accept(() -> Conversation.call(this.conversation,
							() -> caller.signedIn(() -> Guard.unchecked(this.again))));
				return Mono.error(later.refusal());
			});
		}

		/**
		 * Wait without holding a thread.
		 */
		private static Mono<Boolean> decidedSoon(Admission.Later later, boolean mayWait) {
			return (!mayWait || later.patience().isZero()) ? Mono.just(false)
					: Mono.fromCallable(() -> later.decision().get())
						.flatMap((decision) -> Mono.fromFuture(decision)
							.map((decided) -> true)
							.timeout(later.patience(), Mono.just(false))
							.defaultIfEmpty(true)
							.onErrorReturn(false))
						.defaultIfEmpty(false);
		}

		private GuardedCall call() {
			return DeferredCall.this.call;
		}

		private RuntimeException refused(RuntimeException failure) {
			return DeferredCall.this.guard.refused(call(), failure, this.observation, this.readByModel);
		}

	}

	/**
	 * A call that may run.
	 *
	 * @param subscription the subscription that makes it
	 * @param caller the party that makes it
	 * @param entry how it runs
	 */
	private record Entered(Subscription subscription, Caller caller, Entry entry) {

		/**
		 * Do something for the party for whom the call runs, in the context of the
		 * stream.
		 */
		private <R extends @Nullable Object> R call(Supplier<R> part) {
			UserToken user = this.entry.user();
			Supplier<R> asUser = (user != null) ? () -> UserScope.call(user, part::get) : part;
			Supplier<R> inConversation = () -> Conversation.call(this.subscription.conversation, asUser::get);
			// A call that does not act for the user keeps the user for whom the stream
			// acts.
			boolean forUser = this.subscription.call().terms().onBehalfOfUser();
			Action<R, RuntimeException> asCaller = () -> forUser ? this.caller.call(inConversation)
					: this.caller.goOn(inConversation);
			return CallContext.current().inStepOf(ReactiveCallContext.of(this.subscription.context)).run(asCaller);
		}

		private <R extends @Nullable Object> R observed(Supplier<R> part) {
			ObservedCall observation = this.subscription.observation;
			return call((observation != null) ? () -> observation.inScope(part::get) : part);
		}

		@SuppressWarnings({ "unchecked", "NullAway" }) // A result is read as it was
														// written; there may be none.
		private <T> Flux<T> elements(Entry entry, Supplier<? extends Publisher<T>> code, boolean multiple) {
			if (entry.kept() != null) {
				return Flux.just((T) result().read(entry.kept()));
			}
			if (entry.tickets().isEmpty()) {
				return forUser(code);
			}
			Ticket ticket = entry.tickets().get(0);
			AtomicReference<@Nullable T> last = new AtomicReference<>();
			return Flux.usingWhen(begun(ticket),
					(run) -> elements(entry.behindTicket(), inCall(ticket, run, code), multiple).doOnNext(last::set)
						.contextWrite(here(ticket, run)),
					(run) -> end(() -> run.done(multiple ? null : last.get(), result()::write)),
					(run, ex) -> end(run::failed), (run) -> end(run::failed));
		}

		/**
		 * A user's publisher is hidden, so that a separate step acts for the user,
		 * whatever the publisher is.
		 */
		private <T> Flux<T> forUser(Supplier<? extends Publisher<T>> code) {
			UserToken user = this.entry.user();
			CallScope allowing = this.subscription.allowing(this.caller);
			Supplier<Publisher<T>> making = () -> (allowing != null)
					? allowing.useLater(this.subscription.call(), code::get) : code.get();
			if (user == null) {
				return Flux.from(this.subscription.subscriber.goOn(making));
			}
			Publisher<T> made = UserScope.call(user, making::get);
			return Flux.from(made).hide().contextWrite(ReactiveUserScope.of(user));
		}

		private <T> Supplier<Publisher<T>> inCall(Ticket ticket, Ticket.Run run,
				Supplier<? extends Publisher<T>> code) {
			return () -> run.in(TicketCall.in(CallContext.current(), ticket, this.subscription.call())).run(code::get);
		}

		private UnaryOperator<Context> here(Ticket ticket, Ticket.Run run) {
			return (context) -> context.put(CallContext.REACTOR_KEY,
					run.in(TicketCall.in(ReactiveCallContext.of(context), ticket, this.subscription.call())));
		}

		/**
		 * Begin the call. If the subscriber cancels meanwhile, the call ends at once, so
		 * that it is not shown as running for ever.
		 */
		private Mono<Ticket.Run> begun(Ticket ticket) {
			return Mono.defer(() -> {
				AtomicReference<Ticket.@Nullable Run> begun = new AtomicReference<>();
				AtomicBoolean givenUp = new AtomicBoolean();
				return Mono.fromCallable(() -> {
					Ticket.Run run = call(ticket::begin);
					begun.set(run);
					if (givenUp.get()) {
						run.failed();
					}
					return run;
				}).subscribeOn(Schedulers.boundedElastic()).doOnCancel(() -> {
					givenUp.set(true);
					Ticket.Run run = begun.get();
					if (run != null) {
						run.failed();
					}
				});
			}).onErrorMap(RuntimeException.class, this.subscription::refused);
		}

		private ResultText result() {
			return this.subscription.call().result();
		}

		private static Mono<Void> end(Runnable writing) {
			return Mono.<Void>fromRunnable(writing).subscribeOn(Schedulers.boundedElastic());
		}

	}

}
