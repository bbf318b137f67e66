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

package dev.lumoauth.spring.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.ManualClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StoreAccessTests {

	@Test
	void isNotReadBeforeItHasTakenSomething() {
		StoreAccess access = new StoreAccess(new MapTokenStore() {
			@Override
			public boolean lock(String name, String holder, Duration life) {
				throw new IllegalStateException("It takes nothing");
			}
		}, Duration.ofSeconds(10), Clock.systemUTC());
		assertThat(access.<String>ask((store) -> "read", "nothing")).isEqualTo("nothing");
	}

	@Test
	void isReadOnceItHasTakenSomething() {
		StoreAccess access = new StoreAccess(new MapTokenStore(), Duration.ofSeconds(10), Clock.systemUTC());
		assertThat(access.<String>ask((store) -> "read", "nothing")).isEqualTo("read");
	}

	@Test
	void isToldWhatWaitsAsSoonAsItMayBeAskedAgain() throws InterruptedException {
		ManualClock clock = new ManualClock();
		StoreAccess access = new StoreAccess(new MapTokenStore(), Duration.ofSeconds(10), clock);
		assertThat(access.<String>ask((store) -> {
			throw new IllegalStateException("It is away");
		}, "nothing")).isEqualTo("nothing");
		clock.advance(StoreAccess.LEFT_ALONE.minusMillis(100));
		CountDownLatch told = new CountDownLatch(1);
		access.tellLater((store) -> told.countDown());
		clock.advance(Duration.ofMillis(100));
		assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
	}

}
