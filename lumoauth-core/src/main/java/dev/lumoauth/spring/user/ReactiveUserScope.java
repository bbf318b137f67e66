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

package dev.lumoauth.spring.user;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;

/**
 * The user for whom a stream acts, like {@link UserScope} for a thread. The scope is in
 * the Reactor context, where each step of the stream finds it on any thread.
 *
 * @since 0.1.0
 */
public final class ReactiveUserScope {

	private static final CallContext.Key<ReactiveUserScope> KEY = new CallContext.Key<>("for whom the stream acts");

	/**
	 * The key under which context propagation puts the content of
	 * {@code SecurityContextHolder}.
	 */
	private static final Object PROPAGATED = SecurityContext.class.getName();

	private final @Nullable UserToken user;

	private final boolean unknown;

	/** The subscriber, if known without looking at a thread. */
	private final Caller subscriber;

	/** The sign-in on the thread that subscribed, if there is one. */
	private final @Nullable ThreadSignIn thread;

	/** The entries that context propagation took from that thread. They prove nothing. */
	private final ContextView taken;

	private ReactiveUserScope(@Nullable UserToken user, boolean unknown, Caller subscriber,
			@Nullable ThreadSignIn thread, ContextView taken) {
		this.user = user;
		this.unknown = unknown;
		this.subscriber = subscriber;
		this.thread = thread;
		this.taken = taken;
	}

	/**
	 * Return the caller for whom a stream acts: the user whose stream it is, otherwise
	 * the user who is signed in by its context, otherwise the subscriber, completed by
	 * the caller who assembled the stream ({@link Caller#or}). Threads are not consulted,
	 * except the one that subscribed in the user's own code.
	 * @param context the context of the subscriber
	 * @param assembling the caller who assembled the stream
	 * @return the caller, possibly {@link Caller#NOBODY}; never empty
	 */
	public static Mono<Caller> caller(ContextView context, Caller assembling) {
		Caller subscriber = Caller.current().or(assembling);
		ReactiveUserScope scope = find(context);
		if (!context.hasKey(SecurityContext.class) || (scope != null && !scope.isSignedIn(context))) {
			return Mono.just(subscriber);
		}
		return ReactiveSecurityContextHolder.getContext()
			.map((security) -> Caller.of(security.getAuthentication()))
			.filter((signedIn) -> signedIn != Caller.NOBODY)
			.defaultIfEmpty(subscriber);
	}

	/**
	 * Act for a user in a stream, in all operators above this one in the chain.
	 * @param user the user's token
	 * @return the argument for {@code contextWrite}
	 */
	public static Function<Context, Context> of(UserToken user) {
		UserScope.watchStreams();
		return (context) -> {
			ReactiveUserScope scope = find(context);
			// The caller of the application's own MCP server stays the caller.
			Caller caller = Caller.of(user).or((scope != null) ? scope.starter(context) : Caller.NOBODY);
			return in(context, new ReactiveUserScope(user, false, caller, null, security(context)));
		};
	}

	/**
	 * Pass on the caller who started a part of a stream that continues on another thread.
	 * @param caller the caller
	 * @return the argument for {@code contextWrite}
	 */
	public static Function<Context, Context> startedBy(Caller caller) {
		return (context) -> {
			ReactiveUserScope scope = find(context);
			return in(context,
					(scope != null) ? new ReactiveUserScope(scope.user, scope.unknown, caller, null, scope.taken)
							: new ReactiveUserScope(null, false, caller, null, Context.empty()));
		};
	}

	/**
	 * Return the user for whom a stream acts.
	 * @param context the context of the subscriber
	 * @return the user's token, or {@code null} if the agent acts for itself
	 * @throws UserRequiredException if the stream acts for a user who is not known here
	 */
	public static @Nullable UserToken current(ContextView context) {
		ReactiveUserScope scope = find(context);
		return (scope != null) ? scope.acting(context).requireKnown() : UserScope.current();
	}

	static @Nullable ReactiveUserScope find(ContextView context) {
		return ReactiveCallContext.of(context).get(KEY);
	}

	/**
	 * Add the user for whom a stream acts, at its subscription, unless the subscriber's
	 * context names the user.
	 * @param context the context of the subscriber
	 * @return the context of the stream
	 */
	static Context subscribed(Context context) {
		return (find(context) != null) ? context : in(context, ofThread(context));
	}

	private static Context in(Context context, ReactiveUserScope scope) {
		return ReactiveCallContext.with(KEY, scope).apply(context);
	}

	private static ReactiveUserScope ofThread(ContextView context) {
		Acting here = Acting.here();
		if (here == null) {
			return new ReactiveUserScope(null, false, Caller.NOBODY, ThreadSignIn.now(), Context.empty());
		}
		ContextView taken = taken(context);
		return (here.starter() != null) ? new ReactiveUserScope(here.user(), here.unknown(), here.caller(), null, taken)
				: new ReactiveUserScope(here.user(), here.unknown(), Caller.NOBODY, ThreadSignIn.now(), taken);
	}

	/**
	 * Return the part of a context that context propagation takes from this thread. The
	 * thread may still have these entries from earlier work.
	 */
	private static ContextView taken(ContextView context) {
		Context both = security(context);
		if (both.isEmpty()) {
			return both;
		}
		return CallContext.current().with(Acting.KEY, null).run(() -> {
			ContextView thread = Mono.deferContextual(Mono::just).contextCapture().toFuture().getNow(Context.empty());
			Context taken = both;
			for (Object key : new Object[] { SecurityContext.class, PROPAGATED }) {
				if (both.hasKey(key) && both.get(key) != thread.getOrDefault(key, null)) {
					taken = taken.delete(key);
				}
			}
			return taken;
		});
	}

	private static Context security(ContextView context) {
		Context security = Context.empty();
		for (Object key : new Object[] { SecurityContext.class, PROPAGATED }) {
			if (context.hasKey(key)) {
				security = security.put(key, context.get(key));
			}
		}
		return security;
	}

	/**
	 * Return the entry of a context that says who is signed in.
	 * @return something that was put there for this stream, or {@code null}
	 */
	private @Nullable Object written(Object key, ContextView context) {
		Object value = context.getOrDefault(key, null);
		return (value != this.taken.getOrDefault(key, null)) ? value : null;
	}

	/**
	 * Return whether the context says who is signed in.
	 */
	boolean isSignedIn(ContextView context) {
		return written(SecurityContext.class, context) != null;
	}

	/**
	 * Return the party for whom a step acts. If another user has been signed in for a
	 * part of a user's stream, that part acts neither for the first user nor for the
	 * agent itself.
	 * @param context the context of the step
	 */
	Acting acting(ContextView context) {
		boolean another = this.user != null && isSignedIn(context);
		return new Acting(another ? null : this.user, this.unknown || another, () -> starter(context),
				ThreadSignIn.now(), context);
	}

	private Caller starter(ContextView context) {
		if (written(SecurityContext.class, context) instanceof Mono<?> security) {
			Object signedIn = Known.of(security, context);
			Caller caller = (signedIn instanceof SecurityContext known) ? Caller.of(known.getAuthentication())
					: Caller.NOBODY;
			if (caller != Caller.NOBODY || signedIn == null) {
				return caller;
			}
		}
		if (this.subscriber != Caller.NOBODY) {
			return this.subscriber;
		}
		if (this.thread != null && this.thread.isHere()) {
			return Caller.of(SecurityContextHolder.getContext().getAuthentication());
		}
		return (written(PROPAGATED, context) instanceof SecurityContext propagated)
				? Caller.of(propagated.getAuthentication()) : Caller.NOBODY;
	}

	/**
	 * Without the user.
	 */
	@Override
	public String toString() {
		return "ReactiveUserScope[" + ((this.user != null) ? "a user" : "no user") + "]";
	}

	/**
	 * The value that a {@code Mono} has without waiting. Not an operator of Reactor: that
	 * would be a step, which asks for the value.
	 */
	private static final class Known extends BaseSubscriber<Object> {

		private final Context context;

		private @Nullable Object value;

		private Known(Context context) {
			this.context = context;
		}

		static @Nullable Object of(Mono<?> mono, ContextView context) {
			Known known = new Known(Context.of(context));
			mono.subscribe(known);
			known.dispose();
			return known.value;
		}

		@Override
		protected void hookOnNext(Object value) {
			this.value = value;
		}

		@Override
		protected void hookOnError(Throwable error) {
			// Code that needs the value subscribes itself.
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

	}

}
