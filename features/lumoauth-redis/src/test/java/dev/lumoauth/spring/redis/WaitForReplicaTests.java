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

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.lumoauth.spring.concurrent.WaitAllowance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WaitForReplica}.
 */
class WaitForReplicaTests {

	private final AtomicLong now = new AtomicLong();

	@Test
	void theTimeOfLumoAuthsAnswersIsNoWaitForAReplica() {
		WaitAllowance allowance = new WaitAllowance();
		Duration max = Duration.ofSeconds(2);
		long left = allowance.call(() -> {
			WaitForReplica wait = new WaitForReplica(max, max, (time) -> {
			}, this.now::get);
			wait.thenAsk(() -> this.now.addAndGet(Duration.ofMillis(1_100).toNanos()));
			wait.pause(Duration.ofMillis(50));
			assertThat(wait.isOver()).isFalse();
			return wait.thenAsk(() -> allowance.left(max.toNanos(), this.now.get()));
		});
		assertThat(left).isGreaterThan(Duration.ofMillis(1_000).toNanos());
		assertThat(allowance.left(max.toNanos(), this.now.get())).isEqualTo(max.toNanos());
	}

}
