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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InMemoryNonceStore}.
 */
class InMemoryNonceStoreTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));

	private final Clock clock = new Clock() {

		@Override
		public ZoneOffset getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return InMemoryNonceStoreTests.this.now.get();
		}

	};

	@Test
	void remembersUntilTheEndAndNotLonger() {
		InMemoryNonceStore store = new InMemoryNonceStore(10, this.clock);
		Instant end = this.now.get().plusSeconds(61);
		assertThat(store.add("a", end)).isTrue();
		assertThat(store.add("a", end)).isFalse();
		assertThat(store.add("b", end)).isTrue();
		pass(61);
		assertThat(store.add("a", end)).isFalse();
		pass(1);
		assertThat(store.add("a", this.now.get().plusSeconds(61))).isTrue();
		assertThat(store.size()).isEqualTo(1);
	}

	/**
	 * Else a signature that was used would be good again.
	 */
	@Test
	void whatWasForgottenIsRefusedWhenTheClockIsSetBack() {
		InMemoryNonceStore store = new InMemoryNonceStore(10, this.clock);
		Instant end = this.now.get().plusSeconds(61);
		store.add("a", end);
		pass(62);
		store.add("b", this.now.get().plusSeconds(61));
		pass(-30);
		assertThat(store.add("a", end)).isFalse();
		assertThat(store.add("c", this.now.get().plusSeconds(61))).isTrue();
	}

	@Test
	void refusesWhatItHasNoRoomForAndForgetsNothingForIt() {
		InMemoryNonceStore store = new InMemoryNonceStore(2, this.clock);
		Instant end = this.now.get().plusSeconds(10);
		store.add("a", end);
		store.add("b", end);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> store.add("c", end))
			.withMessageContaining("lumoauth.aauth.resource.nonce-store=redis");
		assertThat(store.add("a", end)).isFalse();
		assertThat(store.add("b", end)).isFalse();
		pass(11);
		assertThat(store.add("c", this.now.get().plusSeconds(10))).isTrue();
	}

	/**
	 * 200 requests a second would not fit if anything stayed.
	 */
	@Test
	void whatHasEndedTakesNoRoom() {
		InMemoryNonceStore store = new InMemoryNonceStore(15_000, this.clock);
		for (int second = 0; second < 500; second++) {
			for (int i = 0; i < 200; i++) {
				store.add(second + " " + i, this.now.get().plusSeconds(61));
			}
			pass(1);
		}
		assertThat(store.size()).isLessThanOrEqualTo(200 * 63);
	}

	@Test
	@Tag("nightly")
	void aMillionTakeLessThanTheyAreSaidToTake() {
		Runtime runtime = Runtime.getRuntime();
		InMemoryNonceStore store = new InMemoryNonceStore(1_000_000, this.clock);
		long before = used(runtime);
		for (int i = 0; i < 1_000_000; i++) {
			store.add("thumbprint-of-a-key " + i, this.now.get().plusSeconds(i % 121));
		}
		long bytes = (used(runtime) - before) / 1_000_000;
		assertThat(store.size()).isEqualTo(1_000_000);
		assertThat(bytes).isLessThan(100);
	}

	private static long used(Runtime runtime) {
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return runtime.totalMemory() - runtime.freeMemory();
	}

	private void pass(int seconds) {
		this.now.updateAndGet((instant) -> instant.plus(Duration.ofSeconds(seconds)));
	}

}
