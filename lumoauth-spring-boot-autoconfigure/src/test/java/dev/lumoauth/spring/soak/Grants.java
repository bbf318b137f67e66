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

package dev.lumoauth.spring.soak;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which capabilities the agent has, and when it had which: what LumoAuth decides by, and
 * what the soak judges by. Times are of {@link System#nanoTime()}.
 */
final class Grants {

	private static final long KEPT = TimeUnit.MINUTES.toNanos(5);

	private final Map<String, Deque<Grant>> grants = new HashMap<>();

	synchronized void grant(String capability) {
		if (!isGranted(capability)) {
			this.grants.computeIfAbsent(capability, (key) -> new ArrayDeque<>()).addLast(new Grant());
		}
	}

	synchronized void revoke(String capability) {
		if (isGranted(capability)) {
			this.grants.get(capability).getLast().end = System.nanoTime();
		}
	}

	synchronized boolean isGranted(String capability) {
		Deque<Grant> all = this.grants.get(capability);
		return all != null && !all.isEmpty() && all.getLast().end == Long.MAX_VALUE;
	}

	/**
	 * Return for how long before a call the agent had not had a capability.
	 * @param start when the call began
	 * @return nanoseconds; 0 if it has had it since, {@link Long#MAX_VALUE} if not in the
	 * last minutes
	 */
	synchronized long withoutBefore(long start, String capability) {
		Deque<Grant> all = this.grants.getOrDefault(capability, new ArrayDeque<>());
		while (!all.isEmpty() && all.getFirst().end < start - KEPT) {
			all.removeFirst();
		}
		return all.isEmpty() ? Long.MAX_VALUE : Math.max(start - all.getLast().end, 0);
	}

	private static final class Grant {

		private long end = Long.MAX_VALUE;

	}

}
