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

package dev.lumoauth.devserver.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The polls of agents that wait for a user's decision, and which of them already got
 * their token. Thread-safe.
 */
@Component
class CibaPolls {

	static final Duration INTERVAL = Duration.ofSeconds(5);

	private static final int MAX_POLLS = 2_000;

	private final Map<String, Poll> polls = new LinkedHashMap<>();

	private final Clock clock;

	CibaPolls(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Records a poll. A poll that comes too soon makes the interval longer.
	 * @return whether it came in time
	 */
	synchronized boolean isInTime(String id) {
		Instant now = this.clock.instant();
		Poll before = this.polls.remove(id);
		boolean inTime = before == null || before.last() == null
				|| !now.isBefore(before.last().plus(before.interval()));
		Duration interval = (before != null) ? before.interval() : INTERVAL;
		if (this.polls.size() >= MAX_POLLS) {
			this.polls.remove(this.polls.keySet().iterator().next());
		}
		this.polls.put(id,
				new Poll(now, inTime ? interval : interval.plus(INTERVAL), before != null && before.redeemed()));
		return inTime;
	}

	/**
	 * Lets only the first request have the token.
	 * @return whether it is the first
	 */
	synchronized boolean redeem(String id) {
		Poll poll = this.polls.get(id);
		if (poll != null && poll.redeemed()) {
			return false;
		}
		this.polls.put(id, new Poll((poll != null) ? poll.last() : null, INTERVAL, true));
		return true;
	}

	private record Poll(@Nullable Instant last, Duration interval, boolean redeemed) {

	}

}
