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

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.MovingClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SingleUse}.
 */
class SingleUseTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final MovingClock clock = new MovingClock(START);

	private final SingleUse used = new SingleUse(this.clock);

	@Test
	void takesAnIdOnceUntilItHasExpired() {
		Instant end = START.plusSeconds(60);
		assertThat(this.used.use("one", "a", end)).isTrue();
		assertThat(this.used.use("one", "a", end)).isFalse();
		assertThat(this.used.use("other", "a", end)).isTrue();
		this.clock.advance(Duration.ofSeconds(59));
		assertThat(this.used.use("one", "a", end)).isFalse();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.used.use("one", "a", end.plusSeconds(60))).isTrue();
		assertThat(this.used.use("one", "a", end.plusSeconds(60))).isFalse();
	}

	@Test
	void takesNoIdThatIsEmptyOrLong() {
		assertThat(this.used.use("one", "", START.plusSeconds(60))).isFalse();
		assertThat(this.used.use("one", "a".repeat(513), START.plusSeconds(60))).isFalse();
	}

	@Test
	void refusesMoreThanItRemembersAndForgetsNoneTooEarly() {
		for (int i = 0; i < 100_000; i++) {
			assertThat(this.used.use("one", "id" + i, START.plusSeconds(60))).isTrue();
		}
		assertThat(this.used.use("one", "next", START.plusSeconds(60))).isFalse();
		assertThat(this.used.use("one", "id0", START.plusSeconds(60))).isFalse();
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.used.use("one", "next", START.plusSeconds(120))).isTrue();
	}

}
