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

package dev.lumoauth.devserver.state;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.MovingClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DpopNonces}.
 */
class DpopNoncesTests {

	private final MovingClock clock = new MovingClock(Instant.parse("2026-01-01T00:00:00Z"));

	@Test
	void takesAnyWhileNoneIsRequired() {
		DpopNonces nonces = new DpopNonces(false, this.clock);
		assertThat(nonces.areRequired()).isFalse();
		assertThat(nonces.current()).isNull();
		assertThat(nonces.isAccepted(null)).isTrue();
		assertThat(nonces.isAccepted("any")).isTrue();
	}

	@Test
	void takesTheLastTwo() {
		DpopNonces nonces = new DpopNonces(true, this.clock);
		String first = nonces.current();
		assertThat(nonces.isAccepted(first)).isTrue();
		assertThat(nonces.isAccepted(null)).isFalse();
		assertThat(nonces.isAccepted("another")).isFalse();
		this.clock.advance(Duration.ofSeconds(119));
		assertThat(nonces.isAccepted(first)).isTrue();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(nonces.isAccepted(first)).isFalse();
	}

	@Test
	void takesNoneOfBeforeWhenItIsAskedForOthers() {
		DpopNonces nonces = new DpopNonces(true, this.clock);
		String before = nonces.current();
		nonces.require();
		assertThat(nonces.isAccepted(before)).isFalse();
		assertThat(new DpopNonces(true, this.clock).isAccepted(nonces.current())).isFalse();
		nonces.doWithout();
		assertThat(nonces.isAccepted(before)).isTrue();
	}

}
