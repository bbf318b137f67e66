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

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * How long LumoAuth's answers count, each from the time of its request.
 *
 * @param allow an allow; zero = LumoAuth is asked each time
 * @param deny a denial; zero = LumoAuth is asked each time
 * @param staleIfUnavailable how long an allow may be used after that while LumoAuth is
 * unreachable; zero = never
 */
record AnswerLifetimes(Duration allow, Duration deny, Duration staleIfUnavailable) {

	private static final Duration MAX = Duration.ofHours(24);

	/**
	 * Check.
	 * @param allow an allow
	 * @param deny a denial
	 * @param staleIfUnavailable for how long after that an allow may be used
	 * @throws IllegalArgumentException if one of them is not {@linkplain #isValid valid}
	 */
	AnswerLifetimes {
		Assert.isTrue(isValid(allow), "'lumoauth.capabilities.cache.allow-ttl' must be 0 to 24 hours");
		Assert.isTrue(isValid(deny), "'lumoauth.capabilities.cache.deny-ttl' must be 0 to 24 hours");
		Assert.isTrue(isValid(staleIfUnavailable),
				"'lumoauth.capabilities.stale-if-unavailable' must be 0 to 24 hours");
	}

	/**
	 * Return whether an answer may count for a time. Without a limit to that time,
	 * LumoAuth's later answers would never count.
	 * @param lifetime the time
	 * @return whether it is zero to 24 hours
	 */
	static boolean isValid(Duration lifetime) {
		return !lifetime.isNegative() && lifetime.compareTo(MAX) <= 0;
	}

}
