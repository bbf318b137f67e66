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

package dev.lumoauth.spring.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A map that holds at most a number of entries, each up to a point in time. Full, it
 * drops what has ended and then what ends first.
 *
 * @param <K> the keys
 * @param <V> the values
 */
final class BoundedStore<K, V> {

	private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();

	private final int maxEntries;

	private final Clock clock;

	BoundedStore(int maxEntries, Clock clock) {
		this.maxEntries = maxEntries;
		this.clock = clock;
	}

	@Nullable V get(K key) {
		Entry<V> entry = this.entries.get(key);
		if (entry == null) {
			return null;
		}
		if (!this.clock.instant().isBefore(entry.end())) {
			this.entries.remove(key, entry);
			return null;
		}
		return entry.value();
	}

	void put(K key, V value, Instant end) {
		this.entries.put(key, new Entry<>(value, end));
		if (this.entries.size() > this.maxEntries) {
			shrink(key);
		}
	}

	void put(K key, V value, Duration life) {
		put(key, value, this.clock.instant().plus(life));
	}

	/**
	 * Remove what matches.
	 * @return whether anything was removed by this call
	 */
	boolean removeIf(Predicate<V> predicate) {
		return this.entries.entrySet().removeIf((entry) -> predicate.test(entry.getValue().value()));
	}

	int size() {
		return this.entries.size();
	}

	private synchronized void shrink(K added) {
		Instant now = this.clock.instant();
		this.entries.values().removeIf((entry) -> !now.isBefore(entry.end()));
		while (this.entries.size() > this.maxEntries) {
			this.entries.entrySet()
				.stream()
				.filter((entry) -> !entry.getKey().equals(added))
				.min(Comparator.comparing((entry) -> entry.getValue().end()))
				.ifPresent((entry) -> this.entries.remove(entry.getKey()));
		}
	}

	private record Entry<V>(V value, Instant end) {

	}

}
