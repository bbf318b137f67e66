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

package dev.lumoauth.devserver.jose;

import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ids that can be used once ({@code jti}). When 100,000 unexpired ids are remembered,
 * further ids are refused. So no id is forgotten too early. Thread-safe.
 *
 * @since 0.1.0
 */
public class SingleUse {

	private static final int MAX_IDS = 100_000;

	private static final int MAX_LENGTH = 512;

	private final Map<String, Instant> used = new LinkedHashMap<>();

	private final Clock clock;

	public SingleUse(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Uses an id.
	 * @param owner the owner of the id, because two owners may have the same id
	 * @param id the id
	 * @param until when the id would no longer be accepted anyway
	 * @return whether the id was not used before
	 */
	public synchronized boolean use(String owner, String id, Instant until) {
		if (id.isEmpty() || id.length() > MAX_LENGTH) {
			return false;
		}
		Instant now = this.clock.instant();
		String key = owner + " " + id;
		Instant before = this.used.get(key);
		if (before != null && before.isAfter(now)) {
			return false;
		}
		removeExpired(now);
		if (this.used.size() >= MAX_IDS) {
			return false;
		}
		this.used.remove(key);
		this.used.put(key, until);
		return true;
	}

	/**
	 * Starts with the oldest id, because most ids expire in the order of their arrival.
	 */
	private void removeExpired(Instant now) {
		Iterator<Instant> oldest = this.used.values().iterator();
		while (oldest.hasNext() && !oldest.next().isAfter(now)) {
			oldest.remove();
		}
	}

}
