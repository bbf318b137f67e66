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

package dev.lumoauth.devserver.web;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The last 200 requests. Everything on this server changes by requests, so a new request
 * also tells that something may have changed. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class RequestHistory {

	/** The number of requests that are kept. */
	public static final int SIZE = 200;

	private final Deque<RecordedRequest> requests = new ArrayDeque<>();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private long count;

	void add(Instant at, String method, String path, int status, long millis, @Nullable String note,
			@Nullable String answer, @Nullable SignedBy signedBy) {
		synchronized (this) {
			this.requests
				.addLast(new RecordedRequest(++this.count, at, method, path, status, millis, note, answer, signedBy));
			if (this.requests.size() > SIZE) {
				this.requests.removeFirst();
			}
		}
		this.listeners.forEach(Runnable::run);
	}

	/**
	 * Lists the requests after another request.
	 * @param number the number of the other request; 0 for all that are kept
	 * @return the requests, oldest first
	 */
	public synchronized List<RecordedRequest> after(long number) {
		return this.requests.stream().filter((request) -> request.number() > number).toList();
	}

	/**
	 * Adds a listener that is called after each request, on its thread.
	 * @param listener has to be quick, and must not throw anything
	 */
	public void onRequest(Runnable listener) {
		this.listeners.add(listener);
	}

}
