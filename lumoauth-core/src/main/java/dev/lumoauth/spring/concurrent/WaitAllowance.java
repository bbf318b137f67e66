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

package dev.lumoauth.spring.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * How long a chat, or a request to the application, has waited for LumoAuth in vain. All
 * its waits count together, so that a chat that asks several times in a row does not wait
 * several times. A wait that ends with an answer does not count. No wait counts for
 * longer than half a minute, so that an outage that is over does not affect an agent that
 * works for minutes.
 * <p>
 * A chat has an allowance on its thread, in its stream's context, and where it hands work
 * to another thread. Otherwise Spring MVC's request on the thread has one. Code that
 * belongs to neither may wait anew with each call.
 *
 * @since 0.1.0
 */
public final class WaitAllowance {

	/**
	 * The longest wait, if none is configured.
	 */
	public static final Duration DEFAULT_MAX = Duration.ofSeconds(2);

	/**
	 * How long a wait counts if no further wait in vain follows.
	 */
	public static final Duration REMEMBERED = Duration.ofSeconds(30);

	private static final String ATTRIBUTE = WaitAllowance.class.getName();

	private static final CallContext.Key<WaitAllowance> KEY = CallContext.Key.passedOn("how long the call may wait");

	private long spent;

	private long spentAt;

	/**
	 * Return the allowance of the code that runs on this thread.
	 * @return the allowance; a new one, which no other code has, if there is neither a
	 * chat nor a request
	 */
	public static WaitAllowance current() {
		WaitAllowance here = CallContext.current().get(KEY);
		if (here != null) {
			return here;
		}
		RequestAttributes request = RequestContextHolder.getRequestAttributes();
		return (request != null) ? of(request) : new WaitAllowance();
	}

	/**
	 * Return the allowance of a call.
	 * @param call the context of the call
	 * @return the allowance; a new one, which no other code has, if the context has none
	 */
	public static WaitAllowance of(CallContext call) {
		WaitAllowance known = call.get(KEY);
		return (known != null) ? known : new WaitAllowance();
	}

	/**
	 * Return a context with this allowance.
	 * @param call the context of a call
	 * @return the context; the same one if it has an allowance
	 */
	public CallContext in(CallContext call) {
		return (call.get(KEY) != null) ? call : call.with(KEY, this);
	}

	private static WaitAllowance of(RequestAttributes request) {
		try {
			if (request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST) instanceof WaitAllowance known) {
				return known;
			}
			WaitAllowance created = new WaitAllowance();
			request.setAttribute(ATTRIBUTE, created, RequestAttributes.SCOPE_REQUEST);
			return created;
		}
		catch (RuntimeException ex) {
			return new WaitAllowance(); // the server says that the request has ended
		}
	}

	/**
	 * Run an action with this allowance.
	 * @param action what to run, on this thread
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the action
	 * @throws E what the action threw
	 */
	public <T extends @Nullable Object, E extends Throwable> T call(Action<T, E> action) throws E {
		CallContext here = CallContext.current();
		return (here.get(KEY) == this) ? action.run() : here.with(KEY, this).run(action);
	}

	/**
	 * Return how much is left.
	 * @param max the longest wait in total, in nanoseconds
	 * @param now the time, by {@link System#nanoTime()}
	 * @return nanoseconds; zero or less if nothing is
	 */
	public long left(long max, long now) {
		return max - spent(now);
	}

	/**
	 * Return whether there was no wait in vain yet, or none since a moment.
	 * @param moment the moment, by {@link System#nanoTime()}; {@code null} = never
	 * @param now the time, by the same clock
	 * @return whether the whole allowance is left
	 */
	public synchronized boolean isWhole(@Nullable Long moment, long now) {
		return spent(now) == 0 || (moment != null && moment - this.spentAt > 0);
	}

	/**
	 * Note a wait that ended without an answer.
	 * @param nanos how long it was
	 * @param now when it ended, by {@link System#nanoTime()}
	 */
	public synchronized void spend(long nanos, long now) {
		this.spent += nanos;
		this.spentAt = now;
	}

	/**
	 * Return how long was waited in vain.
	 */
	synchronized long spent(long now) {
		if (this.spent > 0 && now - this.spentAt >= REMEMBERED.toNanos()) {
			this.spent = 0;
		}
		return this.spent;
	}

	/**
	 * Return what says that a call ended because of what its chat or request had waited
	 * for before, or because of another thread's call. That says nothing about LumoAuth.
	 * @param cause what happened, or {@code null} if nothing was tried
	 * @return the cause for an exception
	 */
	public static Exception usedUp(@Nullable Throwable cause) {
		TimeoutException usedUp = new TimeoutException("lumoauth.max-wait is used up");
		usedUp.initCause(cause);
		return usedUp;
	}

	/**
	 * Return whether a call ended because of {@link #usedUp}.
	 * @param failure how it ended
	 * @return whether that is a cause of it
	 */
	public static boolean isUsedUp(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof TimeoutException) {
				return true;
			}
		}
		return false;
	}

}
