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

import java.util.function.Supplier;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * The tool call that is in progress on this thread: a tool runs here, and a model may
 * read its failure. The scope carries the call that the entry point has allowed to the
 * guard next to the code, which need not ask again. That counts for one call of one
 * method of one object, until that call ends: each guard of that call may use it, and
 * further calls of the method are decided again. So is the same call when something
 * around its guards, such as a retry, makes it again.
 */
final class CallScope {

	private static final CallContext.Key<CallScope> KEY = new CallContext.Key<>("tool call");

	/** A tool runs on one thread. Its calls on another thread are decided again. */
	private final Thread thread = Thread.currentThread();

	private boolean ended;

	private final @Nullable GuardedCall decided;

	private final @Nullable Guard guard;

	/** The user for whom the tool runs, if its terms say that it acts for a user. */
	private final @Nullable UserToken user;

	private final @Nullable String tool;

	private final boolean cured;

	/**
	 * Identifies the call of a method that uses the allow; {@code null} before there is
	 * one. The scope itself, which identifies no call, after that call has ended.
	 */
	private @Nullable Object usedBy;

	private CallScope(@Nullable GuardedCall decided, @Nullable Guard guard, @Nullable String tool, boolean cured) {
		this.tool = tool;
		this.cured = cured;
		this.decided = decided;
		this.guard = guard;
		this.user = (decided != null && decided.terms().onBehalfOfUser()) ? UserScope.current() : null;
	}

	/**
	 * Run a tool about which nothing was decided here.
	 * @param name the name of the tool, or {@code null} if it is not known
	 * @param tool runs the tool
	 */
	static <T extends @Nullable Object, E extends Throwable> T open(@Nullable String name, Action<T, E> tool) throws E {
		CallScope here = here();
		return (here != null && (name == null || here.tool != null)) ? tool.run() : open(null, null, name, false, tool);
	}

	/**
	 * Run a tool that may run.
	 * @param decided the call that was allowed
	 * @param guard which guard allowed it
	 * @param cured whether the agent lacks a capability, and that was cured
	 * @param tool runs the tool
	 */
	static <T extends @Nullable Object, E extends Throwable> T open(GuardedCall decided, Guard guard, boolean cured,
			Action<T, E> tool) throws E {
		return open(decided, guard, decided.tool(), cured, tool);
	}

	private static <T extends @Nullable Object, E extends Throwable> T open(@Nullable GuardedCall decided,
			@Nullable Guard guard, @Nullable String name, boolean cured, Action<T, E> tool) throws E {
		CallScope scope = new CallScope(decided, guard, name, cured);
		try {
			return CallContext.current().with(KEY, scope).run(tool);
		}
		finally {
			scope.ended = true;
		}
	}

	private static @Nullable CallScope here() {
		CallScope here = CallContext.current().get(KEY);
		return (here != null && here.thread == Thread.currentThread() && !here.ended) ? here : null;
	}

	/**
	 * Return the name of the tool that runs here.
	 * @return the name; {@code null} if there is none, or it is not known
	 */
	static @Nullable String tool() {
		CallScope here = here();
		return (here != null) ? here.tool : null;
	}

	/**
	 * Return whether the tool was refused for want of a capability, and the refusal was
	 * cured.
	 */
	boolean isCured() {
		return this.cured;
	}

	static boolean isOpen() {
		return here() != null;
	}

	/**
	 * Return whether a model may read the failure of a call here.
	 */
	static boolean isReadByModel() {
		return isOpen() || ToolTypes.FRAMEWORKS.stream().anyMatch(ToolFramework::isHere);
	}

	/**
	 * Return the scope in which exactly this call of a method was allowed at the entry
	 * point. That allow counts for the first call that uses it.
	 * @param call the call
	 * @param guard the guard at which the call has arrived
	 * @return the scope; {@code null} if the call has to be decided
	 */
	static @Nullable CallScope allowing(GuardedCall call, Guard guard) {
		CallScope here = here();
		return (here == null || here.decided == null || (here.usedBy != null && here.usedBy != call.invocation())
				|| !here.decided.leadsTo(call) || !isSameAgent(here, call, guard) || !isSameUser(here, call)) ? null
						: here;
	}

	/**
	 * Make a call that this scope allows. Until it ends, the other guards of the same
	 * call may use the allow as well.
	 */
	<T extends @Nullable Object, E extends Throwable> T use(GuardedCall call, Action<T, E> code) throws E {
		if (this.usedBy == call.invocation()) {
			return code.run();
		}
		this.usedBy = call.invocation();
		try {
			return code.run();
		}
		finally {
			useUp();
		}
	}

	/**
	 * Make a call that this scope has allowed, at its first subscription. On another
	 * thread, the other guards of the call decide.
	 */
	<T extends @Nullable Object> T useLater(GuardedCall call, Supplier<T> code) {
		return (here() == this) ? use(call, code::get) : code.get();
	}

	/**
	 * Let no other call use the allow.
	 */
	void useUp() {
		this.usedBy = this;
	}

	/**
	 * Code in between may have entered another user's scope.
	 */
	private static boolean isSameUser(CallScope scope, GuardedCall call) {
		if (!call.terms().onBehalfOfUser()) {
			return true;
		}
		try {
			return scope.user != null && scope.user.equals(UserScope.current());
		}
		catch (UserRequiredException ex) {
			return false;
		}
	}

	private static boolean isSameAgent(CallScope scope, GuardedCall call, Guard guard) {
		return scope.guard != null && scope.guard.gates().areSame(guard.gates(), call.terms());
	}

}
