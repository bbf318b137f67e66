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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The sign-in on a thread at some time, to find out later whether it is still the same.
 * The {@code SecurityContext} object counts and not its content: with
 * {@code MODE_INHERITABLETHREADLOCAL} several threads share one context, and any of them
 * may change its content.
 */
final class ThreadSignIn {

	private final Supplier<SecurityContext> deferred;

	/** Whether there is no deferred context that could be compared by identity. */
	private final boolean fixed;

	private ThreadSignIn(Supplier<SecurityContext> deferred, boolean fixed) {
		this.deferred = deferred;
		this.fixed = fixed;
	}

	/**
	 * Record the current sign-in. This is cheap: no session is loaded.
	 */
	static ThreadSignIn now() {
		Supplier<SecurityContext> deferred = SecurityContextHolder.getDeferredContext();
		if (deferred == SecurityContextHolder.getDeferredContext()) {
			return new ThreadSignIn(deferred, false);
		}
		// MODE_GLOBAL, and the application's own strategies.
		SecurityContext context = SecurityContextHolder.getContext();
		return new ThreadSignIn(() -> context, true);
	}

	/**
	 * Run something with another sign-in on the thread. A sign-in that all threads share
	 * stays.
	 * @param user the user; {@code null} for nobody
	 * @param action the action to run
	 */
	static <T extends @Nullable Object> T with(@Nullable Authentication user, Supplier<T> action) {
		ThreadSignIn now = now();
		if (now.fixed) {
			return action.get();
		}
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(user);
		SecurityContextHolder.setContext(context);
		try {
			return action.get();
		}
		finally {
			SecurityContextHolder.setDeferredContext(now.deferred);
		}
	}

	/**
	 * Return whether this is the current sign-in of the thread. May be called on any
	 * thread: a deferred context is not loaded, since its request may have ended.
	 */
	boolean isHere() {
		return this.fixed ? this.deferred.get() == SecurityContextHolder.getContext()
				: this.deferred == SecurityContextHolder.getDeferredContext();
	}

	/**
	 * Return whether this thread has got another user since. May be called only on the
	 * thread, and in the call, in which this sign-in was recorded. If all threads share
	 * one context, it is not known who has replaced it: then the result is {@code false}.
	 */
	boolean isReplaced() {
		return !this.fixed && !isHere() && this.deferred.get() != SecurityContextHolder.getContext();
	}

}
