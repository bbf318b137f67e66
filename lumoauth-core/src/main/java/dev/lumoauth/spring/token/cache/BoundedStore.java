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

package dev.lumoauth.spring.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A map with a maximum number of entries, each with an expiry. When it is full, it drops
 * expired entries and then those that expire first: a tenth of all entries at once, so
 * that a full map is not scanned for each new entry.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class BoundedStore<K, V> {

	private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();

	private final int maxEntries;

	private final Clock clock;

	public BoundedStore(int maxEntries, Clock clock) {
		this.maxEntries = maxEntries;
		this.clock = clock;
	}

	public @Nullable V get(K key) {
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

	public void put(K key, V value, Instant end) {
		this.entries.put(key, new Entry<>(value, end));
		if (this.entries.size() > this.maxEntries) {
			shrink(key);
		}
	}

	public void put(K key, V value, Duration life) {
		put(key, value, this.clock.instant().plus(life));
	}

	/**
	 * Remove an entry if it still has this very value.
	 * @return whether it was removed by this call
	 */
	public boolean remove(K key, V value) {
		Entry<V> entry = this.entries.get(key);
		return entry != null && entry.value() == value && this.entries.remove(key, entry);
	}

	void clear() {
		this.entries.clear();
	}

	/**
	 * Remove the values that match. Goes through all of them.
	 */
	void removeIf(Predicate<V> predicate) {
		this.entries.values().removeIf((entry) -> predicate.test(entry.value()));
	}

	/**
	 * Return the key of a value that matches. Goes through all of them.
	 */
	@Nullable K find(Predicate<V> predicate) {
		for (Map.Entry<K, Entry<V>> entry : this.entries.entrySet()) {
			if (predicate.test(entry.getValue().value())) {
				return entry.getKey();
			}
		}
		return null;
	}

	/**
	 * Return the values that have not expired, each converted by a function.
	 */
	<T> List<T> map(BiFunction<K, V, T> mapper) {
		Instant now = this.clock.instant();
		List<T> mapped = new ArrayList<>();
		this.entries.forEach((key, entry) -> {
			if (now.isBefore(entry.end())) {
				mapped.add(mapper.apply(key, entry.value()));
			}
		});
		return mapped;
	}

	int size() {
		return this.entries.size();
	}

	private synchronized void shrink(K added) {
		if (this.entries.size() <= this.maxEntries) {
			return; // another thread was here first
		}
		Instant now = this.clock.instant();
		this.entries.values().removeIf((entry) -> !now.isBefore(entry.end()));
		int surplus = this.entries.size() - this.maxEntries;
		if (surplus <= 0) {
			return;
		}
		this.entries.entrySet()
			.stream()
			.map((entry) -> Map.entry(entry.getKey(), entry.getValue()))
			.filter((entry) -> !entry.getKey().equals(added))
			.sorted(Map.Entry.comparingByValue(Comparator.comparing(Entry::end)))
			.limit(Math.max(surplus, this.maxEntries / 10))
			.forEach((entry) -> this.entries.remove(entry.getKey(), entry.getValue()));
	}

	private record Entry<V>(V value, Instant end) {

	}

}
