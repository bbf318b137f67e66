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

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.CallContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Ends the request of a call if nobody waits for its answer any longer. The MCP SDK
 * (2.0.0) doesn't end it: a server that hangs would keep a socket for each call. Knows
 * the observation in which the call was made, because the SDK makes the request on other
 * threads.
 */
public final class McpCallEnd {

	private static final CallContext.Key<McpCallEnd> KEY = CallContext.Key
		.passedOn("the end of a call of an MCP server");

	private final @Nullable Observation caller = ObservationThreadLocalAccessor.getInstance().getValue();

	private final Sinks.Empty<Void> abandoned = Sinks.empty();

	/**
	 * Create the end of a call that begins.
	 */
	public McpCallEnd() {
	}

	/**
	 * Make the call on this thread.
	 * @param call waits for the answer
	 * @return the answer
	 */
	public <T> T run(Supplier<T> call) {
		return CallContext.current().with(KEY, this).run(call::get);
	}

	/**
	 * Return the end of a call, or {@code null} if the context of the call has none.
	 */
	static @Nullable McpCallEnd known(CallContext call) {
		return call.get(KEY);
	}

	/**
	 * Return the observation in which the call was made, or {@code null} if there is
	 * none.
	 */
	@Nullable Observation caller() {
		return this.caller;
	}

	/**
	 * Say that nobody waits for the answer any longer.
	 */
	public void abandon() {
		this.abandoned.tryEmitEmpty();
	}

	/**
	 * Return a stream that completes when nobody waits for the answer any longer.
	 */
	Mono<Void> abandoned() {
		return this.abandoned.asMono();
	}

	/**
	 * Return a stream that fails when nobody waits for the answer any longer.
	 */
	<T> Mono<T> failing() {
		return abandoned().then(Mono.error(() -> new CancellationException("Nobody waits for the answer any longer")));
	}

}
