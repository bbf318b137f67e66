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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongFunction;

import org.springframework.stereotype.Component;

/**
 * The last 5,000 requests. Everything on this server changes by requests, so a new
 * request also tells that something may have changed. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class RequestHistory {

	/** The number of requests that are kept. */
	public static final int SIZE = 5000;

	/** Of the texts of requests and answers, the most recent ones are kept. */
	private static final int MAX_TEXT = 8_000_000;

	private final Deque<RecordedRequest> requests = new ArrayDeque<>();

	private final Deque<RecordedText> texts = new ArrayDeque<>();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private long count;

	private int textSize;

	void add(LongFunction<RecordedRequest> request, LongFunction<RecordedText> text) {
		synchronized (this) {
			this.count++;
			this.requests.addLast(request.apply(this.count));
			if (this.requests.size() > SIZE) {
				this.requests.removeFirst();
			}
			RecordedText added = text.apply(this.count);
			this.texts.addLast(added);
			this.textSize += added.size();
			while (this.textSize > MAX_TEXT || this.texts.size() > SIZE) {
				this.textSize -= this.texts.removeFirst().size();
			}
		}
		this.listeners.forEach(Runnable::run);
	}

	/**
	 * Finds the text of a request and its answer.
	 * @param number the number of the request
	 * @return the text, or nothing if it is no longer kept
	 */
	public synchronized Optional<RecordedText> text(long number) {
		return this.texts.stream().filter((text) -> text.number() == number).findFirst();
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
