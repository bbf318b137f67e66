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

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.CallContext;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
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

	private static final AtomicLong COUNT = new AtomicLong();

	private static final Map<String, McpCallEnd> RUNNING = new ConcurrentHashMap<>();

	private static final McpCallEnd PAST = new McpCallEnd();

	static {
		PAST.abandon();
	}

	private final String id = String.valueOf(COUNT.incrementAndGet());

	private final @Nullable Observation caller = CallerTrace.here();

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
		RUNNING.put(this.id, this);
		try {
			return CallContext.current().with(KEY, this).run(call::get);
		}
		finally {
			RUNNING.remove(this.id);
		}
	}

	/**
	 * Return the end of a call, or {@code null} if the context of the call has none.
	 */
	static @Nullable McpCallEnd known(CallContext call) {
		return call.get(KEY);
	}

	/**
	 * Return a call by its id. A call that is over counts as one whose answer nobody
	 * waits for.
	 */
	static McpCallEnd of(String id) {
		return RUNNING.getOrDefault(id, PAST);
	}

	/**
	 * Return the observation in which the call was made, or {@code null} if there is
	 * none.
	 */
	@Nullable Observation caller() {
		return this.caller;
	}

	String id() {
		return this.id;
	}

	/**
	 * Say that nobody waits for the answer any longer.
	 */
	public void abandon() {
		this.abandoned.tryEmitEmpty();
	}

	/**
	 * Send a request that ends when nobody waits for its answer any longer.
	 * @param sending sends the request
	 * @return the answer
	 */
	<T> CompletableFuture<T> end(Supplier<CompletableFuture<T>> sending) {
		if (Boolean.TRUE.equals(this.abandoned.scan(Sinks.Empty.Attr.TERMINATED))) {
			return CompletableFuture.failedFuture(failure());
		}
		CompletableFuture<T> answer = sending.get();
		Disposable waiting = abandoned().doOnSuccess((end) -> answer.cancel(true)).subscribe();
		return answer.whenComplete((response, failure) -> waiting.dispose());
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
	Mono<Void> failing() {
		return abandoned().then(Mono.error(McpCallEnd::failure));
	}

	private static CancellationException failure() {
		return new CancellationException("Nobody waits for the answer any longer");
	}

}
