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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call run once.
 *
 * @since 0.1.0
 */
public interface Ticket {

	/**
	 * Begin the call. May block.
	 * @return the run of the call, which has to be ended by one of its methods
	 * @throws RuntimeException a {@link dev.lumoauth.spring.Refusal} if the call may no
	 * longer run
	 */
	Run begin();

	/**
	 * Return the tickets with which a call is running on this thread, or in the stream of
	 * which a step runs here.
	 * @param invocation the object that identifies the call, as
	 * {@link GuardedCall#invocation()} returns it
	 * @return the tickets, none if the call doesn't run here
	 */
	static List<Ticket> running(Object invocation) {
		List<Ticket> tickets = new ArrayList<>();
		for (TicketCall each = TicketCall.here(); each != null; each = each.outer()) {
			if (each.invocation() == invocation) {
				tickets.add(each.ticket());
			}
		}
		return tickets;
	}

	/**
	 * A call that has begun.
	 */
	interface Run {

		/**
		 * Return the context in which the code of the call runs.
		 * @param context the context without this call
		 * @return by default the same context
		 */
		default CallContext in(CallContext context) {
			return context;
		}

		/**
		 * Say that the call has run.
		 * @param result the result, as {@link ResultText} has written it; {@code null} if
		 * it is not kept
		 */
		void done(@Nullable String result);

		/**
		 * Say that the call failed or was abandoned.
		 */
		void failed();

		/**
		 * Say that the call has run. A call whose result can't be written counts as run
		 * as well.
		 * @param result the result of the call
		 * @param text writes the result
		 * @param <T> the type of the result
		 */
		default <T extends @Nullable Object> void done(T result, Function<T, @Nullable String> text) {
			String kept = null;
			try {
				kept = text.apply(result);
			}
			catch (RuntimeException ex) {
				LogFactory.getLog(Ticket.class)
					.debug("The result of a call could not be converted to text, and is not kept", ex);
			}
			done(kept);
		}

		/**
		 * Run the call on this thread until it ends. If the result is something that ends
		 * later, that is the end of the call.
		 * @param code the code of the call, which runs in the context of the thread that
		 * {@link #in} returns
		 * @param text writes the result
		 * @param <T> the type of the result
		 * @param <E> the type of the exception
		 * @return the result of the code
		 * @throws E what the code threw
		 */
		default <T extends @Nullable Object, E extends Throwable> T run(Action<T, E> code,
				Function<T, @Nullable String> text) throws E {
			return run(CallContext.current(), code, text);
		}

		/**
		 * Run the call on this thread until it ends.
		 * @param context the context without this call
		 * @param code the code of the call
		 * @param text writes the result
		 * @param <T> the type of the result
		 * @param <E> the type of the exception
		 * @return the result of the code
		 * @throws E what the code threw
		 * @see #run(Action, Function)
		 */
		default <T extends @Nullable Object, E extends Throwable> T run(CallContext context, Action<T, E> code,
				Function<T, @Nullable String> text) throws E {
			T result;
			try {
				result = in(context).run(code);
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

	}

}
