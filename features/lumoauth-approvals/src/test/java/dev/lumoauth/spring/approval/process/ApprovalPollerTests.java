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

package dev.lumoauth.spring.approval.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApprovalPoller}.
 */
class ApprovalPollerTests {

	private static final Duration SOON = Duration.ofMillis(1);

	private static final Duration LATER = Duration.ofHours(1);

	@Test
	void eachHasItsTurnBeforeOneHasTwo() throws Exception {
		List<String> asked = new CopyOnWriteArrayList<>();
		Set<String> waiting = ConcurrentHashMap.newKeySet();
		CountDownLatch enough = new CountDownLatch(600);
		try (ApprovalPoller poller = new ApprovalPoller((id, turn) -> {
			if (!turn) {
				waiting.add(id);
				return ApprovalPoller.Next.turn(LATER);
			}
			asked.add(id);
			enough.countDown();
			return ApprovalPoller.Next.in(SOON);
		}, () -> (waiting.size() == 300) ? Duration.ZERO : SOON)) {
			for (int i = 0; i < 300; i++) {
				poller.watch("apr_" + i, SOON);
			}
			assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
		}
		Map<String, Integer> turns = new ConcurrentHashMap<>();
		asked.stream().limit(600).forEach((id) -> turns.merge(id, 1, Integer::sum));
		assertThat(turns).hasSize(300);
		assertThat(turns.values()).allMatch((count) -> count == 2);
	}

	@Test
	void nobodyHasATurnBeforeLumoAuthCanTakeARequest() throws Exception {
		AtomicInteger turns = new AtomicInteger();
		AtomicInteger asked = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(1);
		try (ApprovalPoller poller = new ApprovalPoller((id, turn) -> {
			if (turn) {
				asked.incrementAndGet();
				return null;
			}
			return ApprovalPoller.Next.turn(LATER);
		}, () -> {
			int count = turns.incrementAndGet();
			if (count > 5) {
				done.countDown();
			}
			return (count % 3 == 0) ? Duration.ZERO : SOON;
		})) {
			for (int i = 0; i < 10; i++) {
				poller.watch("apr_" + i, SOON);
			}
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(asked.get()).isBetween(1, turns.get() / 3);
		}
	}

	@Test
	void theEndOfARequestWaitsForNoTurn() throws Exception {
		AtomicInteger looks = new AtomicInteger();
		CountDownLatch ended = new CountDownLatch(1);
		try (ApprovalPoller poller = new ApprovalPoller((id, turn) -> {
			if (looks.incrementAndGet() == 1) {
				return ApprovalPoller.Next.turn(SOON);
			}
			ended.countDown();
			return null;
		}, () -> LATER)) {
			poller.watch("apr_1", SOON);
			assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void aTurnThatCannotBeHadNowComesLater() throws Exception {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		AtomicInteger failures = new AtomicInteger();
		CountDownLatch failed = new CountDownLatch(1);
		try (ApprovalPoller poller = new ApprovalPoller((id, turn) -> {
			if (turn) {
				asked.add(id);
			}
			return ApprovalPoller.Next.turn(LATER);
		}, () -> {
			failures.incrementAndGet();
			failed.countDown();
			throw new LumoAuthUnavailableException("no token", null);
		})) {
			poller.watch("apr_1", SOON);
			assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(asked).isEmpty();
		}
	}

}
