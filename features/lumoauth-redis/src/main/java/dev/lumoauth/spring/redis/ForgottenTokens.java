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

package dev.lumoauth.spring.redis;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * For each party, the time since which its tokens count again: older tokens may still be
 * in the replicas' shared store. A limited number of entries is remembered. For older
 * entries only the time of the last one is remembered, and then no token older than that
 * is accepted.
 */
final class ForgottenTokens {

	static final int MAX = 1_000;

	private final Deque<Mark> marks = new ArrayDeque<>();

	private long allBefore = Long.MIN_VALUE;

	private long latest = Long.MIN_VALUE;

	/**
	 * Remember that tokens were forgotten.
	 * @param notBefore only tokens that are requested from then on count again
	 * @param meant whether a token with these names is affected
	 */
	synchronized void add(Instant notBefore, Predicate<@Nullable Set<String>> meant) {
		this.latest = Math.max(this.latest, notBefore.toEpochMilli());
		this.marks.addLast(new Mark(notBefore.toEpochMilli(), meant));
		if (this.marks.size() > MAX) {
			this.allBefore = Math.max(this.allBefore, this.marks.removeFirst().notBefore());
		}
	}

	synchronized long latest() {
		return this.latest;
	}

	/**
	 * Return whether a token no longer counts.
	 * @param mark as in {@link SharedToken#mark()}
	 * @param names the names of its party
	 */
	synchronized boolean has(long mark, @Nullable Set<String> names) {
		return mark < this.allBefore
				|| this.marks.stream().anyMatch((event) -> mark < event.notBefore() && event.meant().test(names));
	}

	private record Mark(long notBefore, Predicate<@Nullable Set<String>> meant) {

	}

}
