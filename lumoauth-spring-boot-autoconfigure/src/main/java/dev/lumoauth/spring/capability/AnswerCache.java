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

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * LumoAuth's answers, each for as long as it counts. Reads take no lock.
 * <p>
 * Every forgetting starts a new generation. An answer belongs to the generation in which
 * it was asked for and is not kept in a later one: it may be older than what made the
 * application forget.
 */
final class AnswerCache {

	static final int MAX_SIZE = 10_000;

	private final ConcurrentMap<String, Answer> answers = new ConcurrentHashMap<>();

	private final long allowMillis;

	private final long denyMillis;

	private final Clock clock;

	private volatile long generation;

	AnswerCache(Duration allowTtl, Duration denyTtl, Clock clock) {
		Assert.isTrue(!allowTtl.isNegative(), "'lumoauth.capabilities.cache.allow-ttl' must not be negative");
		Assert.isTrue(!denyTtl.isNegative(), "'lumoauth.capabilities.cache.deny-ttl' must not be negative");
		this.allowMillis = allowTtl.toMillis();
		this.denyMillis = denyTtl.toMillis();
		this.clock = clock;
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
		long age = now - answer.askedAt();
		// A clock that was set back makes an answer look as if it came from the future:
		// nobody knows how old it is.
		return age >= 0 && age < ttl(answer.allowed());
	}

	private long ttl(boolean allowed) {
		return allowed ? this.allowMillis : this.denyMillis;
	}

	long now() {
		return this.clock.millis();
	}

	long generation() {
		return this.generation;
	}

	void put(String name, boolean allowed, long askedAt, long generation) {
		if (ttl(allowed) == 0) {
			return;
		}
		synchronized (this.answers) {
			if (generation == this.generation) {
				makeRoom();
				this.answers.put(name, new Answer(allowed, askedAt));
			}
		}
	}

	private void makeRoom() {
		if (this.answers.size() < MAX_SIZE) {
			return;
		}
		long now = now();
		this.answers.values().removeIf((answer) -> !isFresh(answer, now));
		if (this.answers.size() > MAX_SIZE / 2) {
			// An application that asks about so many has made up their names. What is
			// still needed is asked for once more.
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
	 * Return the answers that count now, by name.
	 */
	List<RememberedDecision> remembered() {
		long now = now();
		List<RememberedDecision> remembered = new ArrayList<>();
		this.answers.forEach((name, answer) -> {
			if (isFresh(answer, now)) {
				remembered
					.add(new RememberedDecision(name, answer.allowed(), Duration.ofMillis(now - answer.askedAt())));
			}
		});
		remembered.sort(Comparator.comparing(RememberedDecision::capability));
		return remembered;
	}

	int size() {
		return this.answers.size();
	}

	private record Answer(boolean allowed, long askedAt) {
	}

}
