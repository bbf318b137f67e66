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

package dev.lumoauth.spring.aauth.resource;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LastNonces}.
 */
class LastNoncesTests {

	private static final Instant UNTIL = Instant.ofEpochSecond(1_800_000_000);

	@Test
	void takesEachOnce() {
		LastNonces nonces = new LastNonces(10);
		assertThat(nonces.add("a", UNTIL)).isTrue();
		assertThat(nonces.add("b", UNTIL)).isTrue();
		assertThat(nonces.add("a", UNTIL)).isFalse();
	}

	/**
	 * Whoever fills it must not keep others out.
	 */
	@Test
	void takesNewOnesWhenItIsFull() {
		LastNonces nonces = new LastNonces(3);
		for (int i = 0; i < 1000; i++) {
			assertThat(nonces.add("flood " + i, UNTIL)).isTrue();
		}
		assertThat(nonces.add("a", UNTIL)).isTrue();
		assertThat(nonces.add("a", UNTIL)).isFalse();
		assertThat(nonces.add("flood 999", UNTIL)).isFalse();
		assertThat(nonces.add("flood 0", UNTIL)).isTrue();
	}

}
