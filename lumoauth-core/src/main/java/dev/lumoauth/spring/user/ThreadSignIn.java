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

import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who was signed in on a thread at some time, to tell later whether that is still so. The
 * {@code SecurityContext} counts and not what is in it: with
 * {@code MODE_INHERITABLETHREADLOCAL} several threads have the same one, and any of them
 * may change it.
 */
final class ThreadSignIn {

	private final Supplier<SecurityContext> deferred;

	/** Where there is nothing deferred whose identity tells something. */
	private final boolean fixed;

	private ThreadSignIn(Supplier<SecurityContext> deferred, boolean fixed) {
		this.deferred = deferred;
		this.fixed = fixed;
	}

	/**
	 * Note down who is signed in. Cheap: a session is not loaded for it.
	 */
	static ThreadSignIn now() {
		Supplier<SecurityContext> deferred = SecurityContextHolder.getDeferredContext();
		if (deferred == SecurityContextHolder.getDeferredContext()) {
			return new ThreadSignIn(deferred, false);
		}
		// MODE_GLOBAL, and strategies of the application's own.
		SecurityContext context = SecurityContextHolder.getContext();
		return new ThreadSignIn(() -> context, true);
	}

	/**
	 * Return whether this is what the thread has now. To be asked on any thread: what is
	 * deferred is not looked at, since its request may have ended.
	 */
	boolean isHere() {
		return this.fixed ? this.deferred.get() == SecurityContextHolder.getContext()
				: this.deferred == SecurityContextHolder.getDeferredContext();
	}

	/**
	 * Return whether this thread has been given another user since. To be asked on the
	 * thread, and in the call, in which this was noted down. With a context that all
	 * threads share, nobody can tell who has replaced it: that counts as no.
	 */
	boolean isReplaced() {
		return !this.fixed && !isHere() && this.deferred.get() != SecurityContextHolder.getContext();
	}

}
