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

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Tenant;

/**
 * The registered streams, at most 50 for each tenant. With one more, the oldest is
 * removed. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class EventStreams {

	private static final int MAX_STREAMS = 50;

	private static final String ENABLED = "enabled";

	private final Map<String, EventStream> streams = new LinkedHashMap<>();

	/** The status of streams that are not enabled. */
	private final Map<String, String> statuses = new HashMap<>();

	private final Outbox outbox;

	EventStreams(Outbox outbox) {
		this.outbox = outbox;
	}

	/**
	 * Adds a stream. It replaces a stream of the same owner to the same address, which an
	 * application that was killed has left.
	 * @param stream the stream
	 */
	public synchronized void add(EventStream stream) {
		list(stream.tenant()).stream()
			.filter((other) -> other.url().equals(stream.url()) && Objects.equals(other.owner(), stream.owner()))
			.forEach(this::remove);
		List<EventStream> others = list(stream.tenant());
		if (others.size() >= MAX_STREAMS) {
			remove(others.get(0));
		}
		this.streams.put(stream.id(), stream);
	}

	/**
	 * Removes a stream. Events that wait to be sent to it are lost.
	 * @param stream the stream
	 */
	public synchronized void remove(EventStream stream) {
		this.streams.remove(stream.id());
		this.statuses.remove(stream.id());
		this.outbox.close(stream);
	}

	/**
	 * Sets whether a stream gets events.
	 * @param stream the stream
	 * @param status enabled, paused or disabled
	 */
	public synchronized void setStatus(EventStream stream, String status) {
		if (!List.of(ENABLED, "paused", "disabled").contains(status)) {
			throw new IllegalArgumentException("'status' is not enabled, paused or disabled");
		}
		this.statuses.put(stream.id(), status);
	}

	/**
	 * Returns the status of a stream.
	 * @param stream the stream
	 * @return enabled, paused or disabled
	 */
	public synchronized String status(EventStream stream) {
		return this.statuses.getOrDefault(stream.id(), ENABLED);
	}

	boolean isEnabled(EventStream stream) {
		return status(stream).equals(ENABLED);
	}

	/**
	 * Finds a stream.
	 * @param tenant the tenant
	 * @param id its id
	 * @return the stream, or nothing
	 */
	public synchronized Optional<EventStream> find(Tenant tenant, String id) {
		return Optional.ofNullable(this.streams.get(id)).filter((stream) -> stream.tenant() == tenant);
	}

	/**
	 * Returns the streams of a tenant.
	 * @param tenant the tenant
	 * @return the streams, the oldest first
	 */
	public synchronized List<EventStream> list(Tenant tenant) {
		Collection<EventStream> all = this.streams.values();
		return all.stream().filter((stream) -> stream.tenant() == tenant).toList();
	}

}
