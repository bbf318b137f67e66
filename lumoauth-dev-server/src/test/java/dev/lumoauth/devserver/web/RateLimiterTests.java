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

package dev.lumoauth.devserver.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletResponse;

import dev.lumoauth.devserver.MovingClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimiter}.
 */
class RateLimiterTests {

	private final MovingClock clock = new MovingClock(Instant.parse("2026-06-30T10:00:18.250Z"));

	private final RateLimiter limiter = new RateLimiter(2, this.clock);

	@Test
	void namesTheSecondsUntilTheMinuteEnds() {
		assertThat(refuse("a")).isNull();
		assertThat(refuse("a")).isNull();
		ErrorAnswer refusal = refuse("a");
		assertThat(refusal.status().value()).isEqualTo(429);
		assertThat(refusal.headers()).isEqualTo(Map.of("Retry-After", "42"));
		assertThat(refusal.body()).containsEntry("error", "too_many_requests").containsEntry("retry_after", 42L);
	}

	@Test
	void countsEachKeyForItself() {
		refuse("a");
		refuse("a");
		assertThat(refuse("b")).isNull();
		assertThat(refuse("a")).isNotNull();
	}

	@Test
	void beginsAgainWithTheNextMinute() {
		refuse("a");
		refuse("a");
		this.clock.advance(Duration.ofSeconds(42));
		assertThat(refuse("a")).isNull();
	}

	@Test
	void tellsWhatRemains() {
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.limiter.refuse("a", response);
		assertThat(response.getHeader("X-RateLimit-Limit")).isEqualTo("2");
		assertThat(response.getHeader("X-RateLimit-Remaining")).isEqualTo("1");
		assertThat(response.getHeader("X-RateLimit-Reset"))
			.isEqualTo(String.valueOf(Instant.parse("2026-06-30T10:01:00Z").getEpochSecond()));
	}

	@Test
	void refusesNothingWithoutALimit() {
		RateLimiter unlimited = new RateLimiter(0, this.clock);
		for (int i = 0; i < 100; i++) {
			assertThat(unlimited.refuse("a", new MockHttpServletResponse())).isNull();
		}
	}

	private ErrorAnswer refuse(String key) {
		return this.limiter.refuse(key, new MockHttpServletResponse());
	}

}
