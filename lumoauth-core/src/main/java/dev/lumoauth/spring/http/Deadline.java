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

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequest;

/**
 * When a request has to have its answer, a second try included.
 *
 * @param end the moment, by the monotonic clock
 * @param nanoTime that clock
 */
record Deadline(long end, LongSupplier nanoTime) {

	private static final String ATTRIBUTE = Deadline.class.getName();

	void mark(HttpRequest request) {
		request.getAttributes().put(ATTRIBUTE, this);
	}

	/**
	 * Return the shorter one of a timeout and what is left to a request.
	 */
	static Duration within(Duration timeout, ClientHttpRequest request) {
		Deadline deadline = of(request);
		if (deadline == null) {
			return timeout;
		}
		long left = Math.max(deadline.left(), Duration.ofMillis(1).toNanos());
		return (timeout.toNanos() <= left) ? timeout : Duration.ofNanos(left);
	}

	/**
	 * Return whether a request may wait for a while and still be sent.
	 */
	static boolean allows(Duration wait, HttpRequest request) {
		Deadline deadline = of(request);
		return deadline == null || deadline.left() > wait.toNanos();
	}

	private long left() {
		return this.end - this.nanoTime.getAsLong();
	}

	private static @Nullable Deadline of(HttpRequest request) {
		return (request.getAttributes().get(ATTRIBUTE) instanceof Deadline deadline) ? deadline : null;
	}

}
