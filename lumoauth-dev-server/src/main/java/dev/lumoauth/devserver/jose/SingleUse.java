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
 * further ones are refused, so that none is forgotten too early. Thread-safe.
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
	 * @param owner whose id it is: two may have the same
	 * @param id the id
	 * @param until when it would no longer be accepted anyway
	 * @return whether it counts: it was not used before
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

	/** From the oldest one on: most of them expire in the order that they came in. */
	private void removeExpired(Instant now) {
		Iterator<Instant> oldest = this.used.values().iterator();
		while (oldest.hasNext() && !oldest.next().isAfter(now)) {
			oldest.remove();
		}
	}

}
