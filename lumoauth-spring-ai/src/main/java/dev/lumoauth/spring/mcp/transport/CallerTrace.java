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

package dev.lumoauth.spring.mcp.transport;

import java.util.concurrent.Callable;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Lets what a call of a tool does on other threads belong to the trace of the thread that
 * makes the call. In a Reactor context, the observation has Micrometer's key, as for a
 * {@code WebClient}.
 */
final class CallerTrace {

	private CallerTrace() {
	}

	/**
	 * Return the observation of this thread, or {@code null} if there is none.
	 */
	static @Nullable Observation here() {
		return ObservationThreadLocalAccessor.getInstance().getValue();
	}

	/**
	 * Add the caller's observation to the context of a message.
	 * @param context the context, which may have an observation already
	 */
	static Context of(Context context) {
		McpCallEnd call = McpCall.end(context);
		return (call != null && call.caller() != null && !context.hasKey(ObservationThreadLocalAccessor.KEY))
				? context.put(ObservationThreadLocalAccessor.KEY, call.caller()) : context;
	}

	/**
	 * Do work of a message on another thread.
	 * @param context the context of the message
	 * @param work the work
	 */
	static <T> Callable<T> in(ContextView context, Callable<T> work) {
		return in(context.<Observation>getOrDefault(ObservationThreadLocalAccessor.KEY, null), work);
	}

	/**
	 * Do work of a call on another thread.
	 * @param call the call, if the work belongs to one
	 * @param work the work
	 */
	static <T> Callable<T> in(@Nullable McpCallEnd call, Callable<T> work) {
		return in((call != null) ? call.caller() : null, work);
	}

	private static <T> Callable<T> in(@Nullable Observation caller, Callable<T> work) {
		return (caller == null) ? work : () -> {
			try (Observation.Scope scope = caller.openScope()) {
				return work.call();
			}
		};
	}

}
