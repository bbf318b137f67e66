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

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.token.CallTokens;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A call that a person has approved: it runs once, or it has run before and its result is
 * available.
 *
 * @since 0.1.0
 */
public final class ApprovedCall {

	private static final Log logger = LogFactory.getLog(ApprovedCall.class);

	private static final ThreadLocal<@Nullable Frame> HERE = new ThreadLocal<>();

	private final ApprovedCalls calls;

	private final Approval approval;

	private final Made made;

	private final Supplier<String> arguments;

	/**
	 * Create a call.
	 * @param calls the calls of the agent
	 * @param approval the request of the call
	 * @param made how the call was made
	 * @param arguments reads the call's arguments, as canonical JSON
	 */
	ApprovedCall(ApprovedCalls calls, Approval approval, Made made, Supplier<String> arguments) {
		this.calls = calls;
		this.approval = approval;
		this.made = made;
		this.arguments = arguments;
	}

	/**
	 * Return the result of the call if it ran before.
	 * @return the result as a text; {@code null} if the call has not run
	 */
	public @Nullable String keptResult() {
		return (this.approval.state() == ApprovalState.DONE) ? this.approval.result() : null;
	}

	/**
	 * Return whether this same call is running on this thread already, so that a further
	 * guard around the same code belongs to it. An equal call that is made by the running
	 * code is another call. So is a call of which the person was not told everything.
	 * @param made how the call was made
	 */
	static boolean isRunningHere(Made made) {
		for (Frame each = HERE.get(); each != null; each = each.outer()) {
			if (each.made().includes(made)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether an object identifies a call that is running on this thread.
	 * @param invocation the object that identifies the call
	 * @return whether the call has reached another guard around the same code
	 */
	public static boolean isRunningHere(Object invocation) {
		for (Frame each = HERE.get(); each != null; each = each.outer()) {
			if (each.made().invocation() == invocation) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Start the call.
	 * @return the started call, which has to be ended by one of its methods
	 * @throws ApprovalException if somebody else has started it, or if its arguments are
	 * no longer those that were approved
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth or the store gave no
	 * answer
	 */
	public Started begin() {
		Started started = new Started(this.calls.begin(this.approval));
		boolean same = false;
		try {
			// Another thread may have changed a list while LumoAuth was asked.
			same = this.approval.arguments().equals(this.arguments.get());
		}
		finally {
			if (!same) {
				started.failed();
			}
		}
		if (!same) {
			throw new CallNotShownException(this.approval.tool(), "its arguments have changed since they were shown");
		}
		return started;
	}

	/**
	 * A call that has been started.
	 */
	public final class Started {

		private final RunningApproval running;

		private final AtomicBoolean ended = new AtomicBoolean();

		private Started(RunningApproval running) {
			this.running = running;
		}

		/**
		 * Run the call on this thread until it ends. If the result is something that ends
		 * later, that is the end of the call.
		 * @param code the code of the call
		 * @param text turns the result into a text to keep; returns {@code null} for none
		 * @param <T> the type of the result
		 * @param <E> the type of the exception
		 * @return the result of the code
		 * @throws E what the code threw
		 */
		public <T extends @Nullable Object, E extends Throwable> T run(Action<T, E> code,
				Function<T, @Nullable String> text) throws E {
			T result;
			try {
				result = call(code);
			}
			catch (Throwable ex) {
				failed();
				throw ex;
			}
			if (result instanceof CompletionStage<?> later) {
				later.whenComplete((value, failure) -> {
					if (failure == null) {
						done(null);
					}
					else {
						failed();
					}
				});
			}
			else {
				done(result, text);
			}
			return result;
		}

		/**
		 * Say that the call has run. A call whose result can't be turned into a text
		 * counts as run as well.
		 * @param result the result of the call
		 * @param text turns the result into a text to keep; returns {@code null} for none
		 * @param <T> the type of the result
		 */
		public <T extends @Nullable Object> void done(T result, Function<T, @Nullable String> text) {
			String kept = null;
			try {
				kept = text.apply(result);
			}
			catch (RuntimeException ex) {
				logger.debug("The result of an approved call could not be converted to text, and is not kept", ex);
			}
			done(kept);
		}

		/**
		 * Run a part of the call on this thread.
		 * @param code the part
		 * @param <T> the type of the result
		 * @param <E> the type of the exception
		 * @return the result of the code
		 * @throws E what the code threw
		 */
		public <T extends @Nullable Object, E extends Throwable> T call(Action<T, E> code) throws E {
			Frame before = HERE.get();
			HERE.set(new Frame(ApprovedCall.this.made, before));
			try {
				return CallTokens.call(this.running.tokens(), code);
			}
			finally {
				if (before != null) {
					HERE.set(before);
				}
				else {
					HERE.remove();
				}
			}
		}

		/**
		 * Return the tokens for the requests of the call.
		 * @return the tokens
		 */
		public CallTokens tokens() {
			return this.running.tokens();
		}

		/**
		 * Say that the call has run.
		 * @param result the text to keep of the result, or {@code null} for none
		 */
		public void done(@Nullable String result) {
			end(ApprovalState.DONE, result);
		}

		/**
		 * Say that the call failed or was abandoned.
		 */
		public void failed() {
			end(ApprovalState.FAILED, null);
		}

		/**
		 * The first caller ends the call; later ones have no effect.
		 */
		private void end(ApprovalState state, @Nullable String result) {
			if (this.ended.compareAndSet(false, true)) {
				ApprovedCall.this.calls.ended(this.running, state, result);
			}
		}

	}

	/**
	 * A call that runs on this thread.
	 *
	 * @param made how the call was made
	 * @param outer the call around this one, or {@code null}
	 */
	private record Frame(Made made, @Nullable Frame outer) {
	}

	/**
	 * How a call was made.
	 *
	 * @param key the key of the call, whatever a person is asked for it
	 * @param rules the rules that say what a person is asked
	 * @param capabilities the capabilities that are requested
	 * @param invocation identifies the call at each guard around it, or {@code null}
	 */
	record Made(String key, List<ApprovalRule> rules, List<String> capabilities, @Nullable Object invocation) {

		boolean includes(Made other) {
			return other.invocation != null && other.invocation == this.invocation && this.key.equals(other.key)
					&& this.rules.containsAll(other.rules) && this.capabilities.containsAll(other.capabilities);
		}

	}

}
