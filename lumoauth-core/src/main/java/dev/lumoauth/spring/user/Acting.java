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

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The party for whom the code on a thread acts while a call, a tool or a step of a stream
 * runs. Without this, a thread acts for the agent itself, and the thread's own sign-in
 * counts.
 *
 * @param user the user whose scope this is; {@code null}: the agent acts for itself
 * @param unknown whether there is a user who is not known here, so that nothing may be
 * done, not even for the agent itself
 * @param starter finds the party that started the running code, which takes precedence
 * over the sign-in that the thread had before; {@code null}: the party that is signed in
 * on the thread
 * @param before the sign-in on the thread when the code began
 * @param step the context of the stream of which this is a step, or {@code null}
 */
record Acting(@Nullable UserToken user, boolean unknown, @Nullable Supplier<Caller> starter,
		@Nullable ThreadSignIn before, @Nullable Object step) {

	static final CallContext.Key<Acting> KEY = new CallContext.Key<>("for whom the code acts");

	static @Nullable Acting here() {
		return CallContext.current().get(KEY);
	}

	/**
	 * Run code for this party on this thread.
	 */
	<T extends @Nullable Object, E extends Throwable> T run(Action<T, E> code) throws E {
		return CallContext.current().with(KEY, this).run(code);
	}

	/**
	 * Return the current state, for a user.
	 */
	static Acting as(UserToken user) {
		Acting here = here();
		return (here != null) ? new Acting(user, false, here.starter, here.before, null)
				: new Acting(user, false, null, null, null);
	}

	/**
	 * Return the state of code that a caller has started on this thread, for the agent
	 * itself.
	 */
	static Acting startedBy(Caller caller) {
		return new Acting(null, false, () -> caller, ThreadSignIn.now(), null);
	}

	/**
	 * Return the current state, as started by a caller.
	 */
	static Acting goingOnFor(Caller caller) {
		Acting here = here();
		return (here != null) ? new Acting(here.user, here.unknown, () -> caller, ThreadSignIn.now(), null)
				: startedBy(caller);
	}

	/**
	 * Return the user whose scope this is.
	 * @return the user, or {@code null} for the agent itself
	 * @throws UserRequiredException if the user is not known here
	 */
	@Nullable UserToken requireKnown() {
		if (this.unknown) {
			throw UserRequiredException.unknown();
		}
		return this.user;
	}

	/**
	 * Return the party for whom a tool acts that is called here.
	 */
	Caller caller() {
		Supplier<Caller> started = this.starter;
		boolean own = started == null || (this.before != null && this.before.isReplaced());
		Caller here = Caller.of(this.user, own ? SecurityContextHolder.getContext().getAuthentication() : null);
		return (started != null) ? here.or(started.get()) : here;
	}

}
