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

package dev.lumoauth.spring.concurrent;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread load a value while the others that ask for the same key wait for it: 64
 * threads that need a token make one request. It keeps no values: a call after the end of
 * a load starts another load, so it needs a cache in front of it.
 * <p>
 * The first to ask leads: it runs the loader on its own thread and without a lock. An
 * exception of the loader is thrown to everyone who waits, the same instance to each. If
 * the leader fails because it was interrupted, or because it had less time than others
 * may wait, the failure says nothing about the value, and one of the waiting threads
 * takes over.
 * <p>
 * A loader may load other keys through the same instance only as long as no two loaders
 * can wait for each other. Thread-safe; holds no monitor while it loads or waits, so that
 * virtual threads are not pinned.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 * @param <V> the values
 * @since 0.1.0
 */
public final class SingleFlight<K, V> {

	/** What this thread loads, the last one first. */
	private static final CallContext.Key<Led> LED = new CallContext.Key<>("what is loaded");

	private final ConcurrentMap<K, Flight<V>> flights = new ConcurrentHashMap<>();

	private final long maxWait;

	/** When the last load ended well. */
	private volatile @Nullable Long answeredAt;

	/**
	 * Create a single flight whose followers wait for as long as a load takes.
	 */
	public SingleFlight() {
		this.maxWait = Long.MAX_VALUE;
	}

	/**
	 * Create a single flight.
	 * @param maxWait how long a chat may wait in all, see {@link WaitAllowance}
	 */
	public SingleFlight(Duration maxWait) {
		this.maxWait = maxWait.toNanos();
	}

	/**
	 * Let nobody wait for the load of this thread: every thread that waits, or that asks
	 * before the load has ended, fails at once. The load continues.
	 * @param failure the exception for the other threads
	 */
	public static void waitNoLonger(RuntimeException failure) {
		for (Led led = CallContext.current().get(LED); led != null; led = led.outer()) {
			led.flights().forEach((flight) -> flight.refuse(failure));
		}
	}

	/**
	 * Return the value of a key: load it, or wait for the thread that is loading it.
	 * @param key the key
	 * @param loader loads the value; not called if another thread's load ends well
	 * @return the value
	 * @throws java.util.concurrent.CancellationException if this thread is interrupted
	 * while it waits; its interrupted status is then set, and the load continues
	 * @throws java.util.concurrent.CompletionException of a
	 * {@link java.util.concurrent.TimeoutException} if the other thread takes longer than
	 * this one may wait; the load continues
	 */
	public V run(K key, Supplier<V> loader) {
		while (true) {
			Flight<V> mine = new Flight<>();
			Flight<V> other = this.flights.putIfAbsent(key, mine);
			if (other == null) {
				return Objects.requireNonNull(lead(Map.of(key, mine), () -> Map.of(key, loader.get())).get(key));
			}
			Flight.Outcome<V> outcome = other.await(key, this.maxWait, this.answeredAt);
			if (outcome.isFinal()) {
				return outcome.get();
			}
		}
	}

	/**
	 * Return the values of several keys: load with one call those that no other thread is
	 * loading, then wait for the others.
	 * @param keys the keys
	 * @param loader loads the values of the keys it is given. A key that it leaves out is
	 * left out of the answer too; a thread that waits for just that key in
	 * {@link #run(Object, Supplier)} then loads it itself
	 * @return the values in the order of the keys
	 * @throws java.util.concurrent.CancellationException if this thread is interrupted
	 * while it waits; its interrupted status is then set, and the load continues
	 * @throws java.util.concurrent.CompletionException of a
	 * {@link java.util.concurrent.TimeoutException} if the other thread takes longer than
	 * this one may wait; the load continues
	 */
	public Map<K, V> runAll(Collection<K> keys, Function<List<K>, Map<K, V>> loader) {
		Map<K, V> found = new LinkedHashMap<>();
		Set<K> open = new LinkedHashSet<>(keys);
		while (!open.isEmpty()) {
			Map<K, Flight<V>> mine = new LinkedHashMap<>();
			Map<K, Flight<V>> others = new LinkedHashMap<>();
			open.forEach((key) -> claim(key, mine, others));
			if (!mine.isEmpty()) {
				// Before waiting: two threads that each hold what the other needs would
				// wait for ever.
				found.putAll(lead(mine, () -> loader.apply(List.copyOf(mine.keySet()))));
				open.removeAll(mine.keySet());
			}
			others.forEach((key, flight) -> {
				Flight.Outcome<V> outcome = flight.await(key, this.maxWait, this.answeredAt);
				if (outcome.isFinal()) {
					found.put(key, outcome.get());
				}
				if (outcome.kind() != Flight.Kind.ABANDONED) {
					open.remove(key);
				}
			});
		}
		Map<K, V> ordered = new LinkedHashMap<>();
		for (K key : keys) {
			V value = found.get(key);
			if (value != null) {
				ordered.put(key, value);
			}
		}
		return ordered;
	}

	private void claim(K key, Map<K, Flight<V>> mine, Map<K, Flight<V>> others) {
		Flight<V> flight = new Flight<>();
		Flight<V> other = this.flights.putIfAbsent(key, flight);
		if (other == null) {
			mine.put(key, flight);
		}
		else {
			others.put(key, other);
		}
	}

	private Map<K, V> lead(Map<K, Flight<V>> mine, Supplier<Map<K, V>> loader) {
		WaitAllowance allowance = WaitAllowance.current();
		long spent = allowance.spent(System.nanoTime());
		try {
			CallContext here = CallContext.current();
			Map<K, V> loaded = new LinkedHashMap<>(
					here.with(LED, new Led(mine.values(), here.get(LED))).run(() -> allowance.call(loader::get)));
			this.answeredAt = System.nanoTime();
			loaded.keySet().retainAll(mine.keySet());
			mine.forEach((key, flight) -> {
				V value = loaded.get(key);
				if (value != null) {
					flight.succeed(value);
				}
				else {
					flight.leaveOpen();
				}
			});
			return loaded;
		}
		catch (Throwable ex) {
			mine.values().forEach((flight) -> flight.fail(ex, spent, allowance.spent(System.nanoTime())));
			throw ex;
		}
		finally {
			mine.forEach(this.flights::remove);
		}
	}

	/**
	 * What a thread loads.
	 *
	 * @param flights what it loads now
	 * @param outer the load for which it loads that
	 */
	private record Led(Collection<? extends Flight<?>> flights, @Nullable Led outer) {
	}

}
