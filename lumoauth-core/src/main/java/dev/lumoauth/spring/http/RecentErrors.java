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

import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;

/**
 * The last requests that failed.
 */
final class RecentErrors {

	static final int MAX_SIZE = 20;

	private final Deque<RequestError> errors = new ArrayDeque<>();

	private final LumoAuthAddresses endpoints;

	private final Clock clock;

	RecentErrors(LumoAuthAddresses endpoints, Clock clock) {
		this.endpoints = endpoints;
		this.clock = clock;
	}

	/**
	 * Note a failure.
	 * @param endpoint the endpoint
	 * @param status the HTTP status, or {@code null} if there was no answer
	 * @param failure the failure
	 */
	void add(URI endpoint, @Nullable Integer status, LumoAuthException failure) {
		RequestError error = new RequestError(this.clock.instant(), this.endpoints.nameOf(endpoint),
				RequestError.Code.of(failure), registered(failure), status);
		synchronized (this.errors) {
			if (this.errors.size() == MAX_SIZE) {
				this.errors.removeLast();
			}
			this.errors.addFirst(error);
		}
	}

	/**
	 * Return the code if it is a registered one. A server could put anything into a code
	 * of its own.
	 */
	private static @Nullable String registered(LumoAuthException failure) {
		return (failure instanceof LumoAuthDeniedException denied
				&& ErrorTranslator.DEFINITIVE.contains(denied.getErrorCode())) ? denied.getErrorCode() : null;
	}

	void clear() {
		synchronized (this.errors) {
			this.errors.clear();
		}
	}

	/**
	 * Return the failures, the latest first.
	 */
	List<RequestError> all() {
		synchronized (this.errors) {
			return List.copyOf(this.errors);
		}
	}

}
