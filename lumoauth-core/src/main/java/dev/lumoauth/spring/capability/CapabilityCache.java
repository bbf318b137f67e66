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

package dev.lumoauth.spring.capability;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth's answers, each for as long as it counts. Reads take no lock.
 * <p>
 * Clearing the cache starts a new generation. An answer belongs to the generation of its
 * request and is not kept in a later one: it may be older than the event that made the
 * application forget.
 * <p>
 * The age of an answer is measured by two clocks, and the greater age counts: the wall
 * clock of a machine may be set back, and the other clock may stand still while the
 * machine sleeps.
 * <p>
 * Answers that no longer count stay until they are replaced or there are too many. An
 * allow among them may still be used while LumoAuth is unreachable.
 */
final class CapabilityCache {

	static final int MAX_SIZE = 10_000;

	private final ConcurrentMap<String, Answer> answers = new ConcurrentHashMap<>();

	private final long allowMillis;

	private final long denyMillis;

	private final long staleMillis;

	private final Clock clock;

	private final LongSupplier nanoTime;

	private final int maxSize;

	private volatile long generation;

	/** The millisecond of the wall clock in which the other clock was last read. */
	private volatile long lastMillis = Long.MIN_VALUE;

	private volatile long lastNanos;

	CapabilityCache(AnswerLifetimes lifetimes, Clock clock, LongSupplier nanoTime) {
		this(lifetimes, clock, nanoTime, MAX_SIZE);
	}

	CapabilityCache(AnswerLifetimes lifetimes, Clock clock, LongSupplier nanoTime, int maxSize) {
		this.allowMillis = lifetimes.allow().toMillis();
		this.denyMillis = lifetimes.deny().toMillis();
		this.staleMillis = lifetimes.staleIfUnavailable().toMillis();
		this.clock = clock;
		this.nanoTime = nanoTime;
		this.maxSize = maxSize;
	}

	@Nullable Boolean get(String name) {
		Answer answer = this.answers.get(name);
		if (answer == null || !isFresh(answer, this.clock.millis())) {
			return null;
		}
		// Not boxed anew: these two are shared.
		return answer.allowed() ? Boolean.TRUE : Boolean.FALSE;
	}

	private boolean isFresh(Answer answer, long now) {
		long age = age(answer, now);
		return age >= 0 && age < ttl(answer.allowed());
	}

	/**
	 * Return how old an answer is.
	 * @return milliseconds; negative if the age is unknown: the clock was set back so far
	 * that the answer seems to come from the future
	 */
	private long age(Answer answer, long now) {
		long age = now - answer.askedAt().millis();
		return (age < 0) ? age : Math.max(age, TimeUnit.NANOSECONDS.toMillis(nanos(now) - answer.askedAt().nanos()));
	}

	/**
	 * Read the monotonic clock once in each millisecond of the wall clock, which saves
	 * most of the time that reading takes. A wall clock that was set back shows another
	 * millisecond.
	 */
	private long nanos(long now) {
		if (this.lastMillis != now) {
			// Written first: whoever sees the millisecond sees a reading of it.
			this.lastNanos = this.nanoTime.getAsLong();
			this.lastMillis = now;
		}
		return this.lastNanos;
	}

	/**
	 * Return whether an answer of another replica counts.
	 */
	boolean counts(boolean allowed, Duration age) {
		return !age.isNegative() && age.toMillis() < ttl(allowed);
	}

	private long ttl(boolean allowed) {
		return allowed ? this.allowMillis : this.denyMillis;
	}

	/**
	 * Return for how long an allow may still be used although its lifetime is over.
	 * @param name the capability
	 * @return milliseconds; zero or less if it may not, or if there is none
	 */
	long staleMillis(String name) {
		Answer answer = (this.staleMillis > 0) ? this.answers.get(name) : null;
		if (answer == null || !answer.allowed()) {
			return 0;
		}
		long age = age(answer, this.clock.millis());
		return (age < 0) ? 0 : this.allowMillis + this.staleMillis - age;
	}

	/**
	 * Drop an answer, but not that of a request in progress.
	 * @param name the capability
	 */
	void drop(String name) {
		this.answers.remove(name);
	}

	/**
	 * Drop all answers, but not those of requests in progress.
	 */
	void drop() {
		this.answers.clear();
	}

	Moment now() {
		return new Moment(this.clock.millis(), this.nanoTime.getAsLong());
	}

	long generation() {
		return this.generation;
	}

	void put(String name, boolean allowed, Moment askedAt, long generation) {
		if (ttl(allowed) == 0 && this.staleMillis == 0) {
			return;
		}
		synchronized (this.answers) {
			if (generation == this.generation && (allowed || this.denyMillis > 0)) {
				makeRoom();
				this.answers.put(name, new Answer(allowed, askedAt));
			}
			else if (!allowed) {
				// The denial is not kept, but it ends an older allow.
				this.answers.computeIfPresent(name,
						(key, answer) -> (answer.allowed() && !answer.askedAt().isAfter(askedAt)) ? null : answer);
			}
		}
	}

	private void makeRoom() {
		if (this.answers.size() < this.maxSize) {
			return;
		}
		long now = this.clock.millis();
		this.answers.values().removeIf((answer) -> !isFresh(answer, now));
		if (this.answers.size() > this.maxSize / 2) {
			// An application that asks about so many capabilities makes up their names.
			// Answers that are still needed are requested again.
			this.answers.clear();
		}
	}

	void clear() {
		synchronized (this.answers) {
			startGeneration();
			this.answers.clear();
		}
	}

	void remove(String name) {
		synchronized (this.answers) {
			startGeneration();
			this.answers.remove(name);
		}
	}

	@SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock, read without.
	private void startGeneration() {
		this.generation++;
	}

	/**
	 * Return the answers that count now, by name, and the allows that would count if
	 * LumoAuth were unreachable.
	 */
	List<RememberedDecision> remembered() {
		long now = this.clock.millis();
		List<RememberedDecision> remembered = new ArrayList<>();
		this.answers.forEach((name, answer) -> {
			boolean stale = !isFresh(answer, now);
			if (!stale || staleMillis(name) > 0) {
				remembered
					.add(new RememberedDecision(name, answer.allowed(), stale, Duration.ofMillis(age(answer, now))));
			}
		});
		remembered.sort(Comparator.comparing(RememberedDecision::capability));
		return remembered;
	}

	int size() {
		return this.answers.size();
	}

	/**
	 * A point in time.
	 *
	 * @param millis by the wall clock
	 * @param nanos by the monotonic clock
	 */
	record Moment(long millis, long nanos) {

		boolean isAfter(Moment other) {
			return this.nanos - other.nanos > 0;
		}

		Moment minus(Duration age) {
			return new Moment(this.millis - age.toMillis(), this.nanos - age.toNanos());
		}

	}

	private record Answer(boolean allowed, Moment askedAt) {

	}

}
