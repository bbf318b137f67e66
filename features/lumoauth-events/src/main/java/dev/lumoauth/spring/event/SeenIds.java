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

package dev.lumoauth.spring.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The ids of accepted events, each as long as the event could be sent again. Only ids of
 * verified events are added. When it is full, no new id is accepted: an id is never
 * dropped early.
 */
final class SeenIds {

	private static final int HASH_BYTES = 16;

	private final int max;

	private final LongSupplier nanoTime;

	private final Map<String, Long> ends = new HashMap<>();

	/** The hashes of events that are not applied yet, and whether they came again. */
	private final Map<String, Boolean> underWay = new HashMap<>();

	private final Queue<Entry> inOrder = new ArrayDeque<>();

	/**
	 * Create an empty memory.
	 * @param max how many ids it holds
	 * @param nanoTime a monotonic clock
	 */
	SeenIds(int max, LongSupplier nanoTime) {
		this.max = max;
		this.nanoTime = nanoTime;
	}

	/**
	 * Remember an id.
	 * @param id the id, of which a hash is kept: ids may be long
	 * @param life for how long
	 */
	synchronized Result add(String id, Duration life) {
		long now = this.nanoTime.getAsLong();
		removeEnded(now);
		String hash = hash(id);
		if (this.ends.containsKey(hash)) {
			return (this.underWay.replace(hash, true) != null) ? Result.UNDER_WAY : Result.SEEN;
		}
		if (this.ends.size() >= this.max) {
			return Result.FULL;
		}
		long end = now + life.toNanos();
		this.ends.put(hash, end);
		this.inOrder.add(new Entry(hash, end));
		this.underWay.put(hash, false);
		return Result.NEW;
	}

	/**
	 * Remove expired ids. An id with a longer life may hold up the removal of others,
	 * which are then kept longer than necessary.
	 */
	private void removeEnded(long now) {
		Entry first = this.inOrder.peek();
		while (first != null && now - first.end() > 0) {
			this.inOrder.remove();
			this.ends.remove(first.hash(), first.end());
			this.underWay.remove(first.hash());
			first = this.inOrder.peek();
		}
	}

	/**
	 * Record whether an event was applied. The id of an event that was not applied is
	 * forgotten, since the event has to be sent again.
	 * @return whether the event was not applied, and came again meanwhile
	 */
	synchronized boolean ended(String id, boolean applied) {
		String hash = hash(id);
		boolean again = Boolean.TRUE.equals(this.underWay.remove(hash));
		if (!applied) {
			this.ends.remove(hash);
			this.inOrder.removeIf((entry) -> entry.hash().equals(hash));
		}
		return again && !applied;
	}

	synchronized int size() {
		return this.inOrder.size();
	}

	private static String hash(String id) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

	/**
	 * What became of an id.
	 */
	enum Result {

		/** To be applied: see {@link #ended}. */
		NEW,

		/** Is being applied. */
		UNDER_WAY,

		SEEN,

		/** There is no room for it. */
		FULL

	}

	private record Entry(String hash, long end) {

	}

}
