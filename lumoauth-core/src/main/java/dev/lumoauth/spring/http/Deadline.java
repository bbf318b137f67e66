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

package dev.lumoauth.spring.http;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.call.CallContext;

/**
 * When the answer to the request that this thread sends must have ended.
 */
record Deadline(long end, LongSupplier nanoTime) {

	static final CallContext.Key<Deadline> KEY = new CallContext.Key<>("the end of the request to LumoAuth");

	/** The timer of Spring's request factory counts in milliseconds. */
	private static final Duration TICK = Duration.ofMillis(1);

	/**
	 * Return the shorter one of a timeout and what is left to the request.
	 */
	static Duration within(Duration timeout) {
		Deadline deadline = current();
		if (deadline == null) {
			return timeout;
		}
		long left = Math.max(deadline.left(), TICK.toNanos());
		return (timeout.toNanos() <= left) ? timeout : Duration.ofNanos(left);
	}

	/**
	 * Return whether the request may wait for a while and still be sent.
	 */
	static boolean allows(Duration wait) {
		Deadline deadline = current();
		return deadline == null || deadline.left() > wait.toNanos();
	}

	private long left() {
		return this.end - this.nanoTime.getAsLong();
	}

	private static @Nullable Deadline current() {
		return CallContext.current().get(KEY);
	}

}
