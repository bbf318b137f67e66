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

package dev.lumoauth.devserver.event;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The last 200 deliveries. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class Deliveries {

	private static final int SIZE = 200;

	private final Clock clock;

	private final Deque<Delivery> deliveries = new ArrayDeque<>();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private long count;

	Deliveries(Clock clock) {
		this.clock = clock;
	}

	void add(EventTarget target, Message message, int attempt, @Nullable Integer status, String outcome,
			@Nullable EventFault fault) {
		String url = target.url().getScheme() + "://" + target.url().getRawAuthority() + target.url().getRawPath();
		synchronized (this) {
			this.deliveries.addLast(new Delivery(++this.count, this.clock.instant(), target.tenant().slug(),
					target.id(), url, message.type(), message.subject(), attempt, status, outcome,
					(fault != null) ? fault.id() : null));
			if (this.deliveries.size() > SIZE) {
				this.deliveries.removeFirst();
			}
		}
		this.listeners.forEach(Runnable::run);
	}

	/**
	 * Returns the last deliveries.
	 * @return the most recent first
	 */
	public synchronized List<Delivery> list() {
		List<Delivery> latest = new ArrayList<>(this.deliveries);
		Collections.reverse(latest);
		return latest;
	}

	/**
	 * Adds a listener for deliveries.
	 * @param listener called after each delivery
	 */
	public void onDelivery(Runnable listener) {
		this.listeners.add(listener);
	}

}
