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

import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.user.UserScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A call that a person has approved: it runs once, or it has run before and its result is
 * there.
 *
 * @since 0.1.0
 */
public final class ApprovedCall {

	private static final Log logger = LogFactory.getLog(ApprovedCall.class);

	private static final ThreadLocal<@Nullable Frame> HERE = new ThreadLocal<>();

	private final Approvals approvals;

	private final Approval approval;

	private final Made made;

	/**
	 * Create a call.
	 * @param approvals whose it is
	 * @param approval its request
	 * @param made how it was made
	 */
	ApprovedCall(Approvals approvals, Approval approval, Made made) {
		this.approvals = approvals;
		this.approval = approval;
		this.made = made;
	}

	/**
	 * Return what the call gave when it ran before.
	 * @return the result as a text; {@code null} if it has not run
	 */
	public @Nullable String keptResult() {
		return (this.approval.state() == ApprovalState.DONE) ? this.approval.result() : null;
	}

	/**
	 * Return whether this very call runs here already, so that another guard around the
	 * same code is a part of it. A call that is alike, made by what runs here, is another
	 * one, and so is one of which a person was not told all.
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
	 * Return whether what stands for a call is that of one which runs here.
	 * @param invocation stands for the call
	 * @return whether the call is at another guard around the same code
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
	 * Begin to run the call.
	 * @return the call, which is to be ended by one of its methods
	 * @throws ApprovalException if somebody else has begun to run it
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth or the store gave no
	 * answer
	 */
	public Started begin() {
		return new Started(this.approvals.begin(this.approval));
	}

	/**
	 * A call that has begun.
	 */
	public final class Started {

		private final RunningApproval running;

		private final AtomicBoolean ended = new AtomicBoolean();

		private Started(RunningApproval running) {
			this.running = running;
		}

		/**
		 * Run the call on this thread, to its end. Where it gives something that ends
		 * later, that is its end.
		 * @param code what runs
		 * @param text writes what it gave as a text to keep; gives {@code null} for
		 * nothing
		 * @param <T> what the code gives
		 * @param <E> what the code throws
		 * @return what the code gave
		 * @throws E what the code threw
		 */
		public <T extends @Nullable Object, E extends Throwable> T run(UserScope.Action<T, E> code,
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
		 * Say that the call has run. What can't be written down has run all the same.
		 * @param result what it gave
		 * @param text writes that as a text to keep; gives {@code null} for nothing
		 * @param <T> what the call gives
		 */
		public <T extends @Nullable Object> void done(T result, Function<T, @Nullable String> text) {
			String kept = null;
			try {
				kept = text.apply(result);
			}
			catch (RuntimeException ex) {
				logger.debug("The result of an approved call could not be written down, and is not kept", ex);
			}
			done(kept);
		}

		/**
		 * Do a part of the call on this thread.
		 * @param code the part
		 * @param <T> what the code gives
		 * @param <E> what the code throws
		 * @return what the code gave
		 * @throws E what the code threw
		 */
		public <T extends @Nullable Object, E extends Throwable> T call(UserScope.Action<T, E> code) throws E {
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
		 * Return the tokens of what the call sends.
		 * @return the tokens
		 */
		public CallTokens tokens() {
			return this.running.tokens();
		}

		/**
		 * Say that the call has run.
		 * @param result what to keep of what it gave, or {@code null} for nothing
		 */
		public void done(@Nullable String result) {
			end(ApprovalState.DONE, result);
		}

		/**
		 * Say that the call has failed, or was given up.
		 */
		public void failed() {
			end(ApprovalState.FAILED, null);
		}

		/**
		 * Once, whoever says so first.
		 */
		private void end(ApprovalState state, @Nullable String result) {
			if (this.ended.compareAndSet(false, true)) {
				ApprovedCall.this.approvals.ended(this.running, state, result);
			}
		}

	}

	/**
	 * A call that runs on this thread.
	 *
	 * @param made how it was made
	 * @param outer the call in which it runs, or {@code null}
	 */
	private record Frame(Made made, @Nullable Frame outer) {
	}

	/**
	 * How a call was made.
	 *
	 * @param key its key, whatever is asked of a person for it
	 * @param rules what is asked of a person
	 * @param capabilities the capabilities that are asked for
	 * @param invocation stands for the call at each guard around it, or {@code null}
	 */
	record Made(String key, List<ApprovalRule> rules, List<String> capabilities, @Nullable Object invocation) {

		boolean includes(Made other) {
			return other.invocation != null && other.invocation == this.invocation && this.key.equals(other.key)
					&& this.rules.containsAll(other.rules) && this.capabilities.containsAll(other.capabilities);
		}

	}

}
