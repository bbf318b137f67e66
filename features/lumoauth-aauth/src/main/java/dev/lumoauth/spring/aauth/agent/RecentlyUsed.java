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

package dev.lumoauth.spring.aauth.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/**
 * A bounded map that evicts the least recently used entry. Thread-safe.
 *
 * @param <K> the keys
 * @param <V> the values
 */
final class RecentlyUsed<K, V> {

	private final Map<K, V> values;

	RecentlyUsed(int max) {
		this.values = new LinkedHashMap<>(16, 0.75f, true) {

			private static final long serialVersionUID = 1L;

			@Override
			protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
				return size() > max;
			}

		};
	}

	synchronized @Nullable V get(K key) {
		return this.values.get(key);
	}

	synchronized void put(K key, V value) {
		this.values.put(key, value);
	}

	/**
	 * Replace a value, unless another thread has done so already.
	 */
	synchronized void replace(K key, V known, V value) {
		this.values.replace(key, known, value);
	}

	/**
	 * Remove a value, unless another thread has replaced it already.
	 */
	synchronized void remove(K key, V known) {
		this.values.remove(key, known);
	}

	/**
	 * Remove the matching entries.
	 */
	synchronized void removeIf(BiPredicate<K, V> predicate) {
		this.values.entrySet().removeIf((entry) -> predicate.test(entry.getKey(), entry.getValue()));
	}

	synchronized int size() {
		return this.values.size();
	}

}
