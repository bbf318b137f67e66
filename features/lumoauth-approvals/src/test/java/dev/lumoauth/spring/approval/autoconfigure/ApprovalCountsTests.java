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

package dev.lumoauth.spring.approval.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalCounts.Count;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

class ApprovalCountsTests {

	private final AtomicLong nanoTime = new AtomicLong();

	private final LumoAuthApprovals approvals = mock(LumoAuthApprovals.class);

	private final List<AgentRuntime> agents = List.of(AgentRuntime.of(new AgentIdentity(null, "agt_1"),
			(builder) -> builder.provide(LumoAuthApprovals.class, (runtime) -> this.approvals)));

	@Test
	void asksTheStoreOnceForAllGaugesOfAScrape() {
		ApprovalCounts counts = new ApprovalCounts(() -> this.agents, Runnable::run, this.nanoTime::get, Duration.ZERO);
		assertThat(counts.of("agt_1")).isEqualTo(new Count(0, 0));
		assertThat(counts.of("agt_1")).isEqualTo(new Count(0, 0));
		then(this.approvals).should(times(1)).pending();
		this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		counts.of("agt_1");
		then(this.approvals).should(times(2)).pending();
	}

	@Test
	void knowsNothingWhileTheStoreFailsAndAsksAgain() {
		ApprovalCounts counts = new ApprovalCounts(() -> this.agents, Runnable::run, this.nanoTime::get, Duration.ZERO);
		given(this.approvals.pending()).willThrow(new IllegalStateException("down")).willReturn(List.of());
		assertThat(counts.of("agt_1")).isNull();
		this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(counts.of("agt_1")).isEqualTo(new Count(0, 0));
	}

	@Test
	void knowsNothingOnceTheApplicationEnds() {
		ApprovalCounts counts = new ApprovalCounts(() -> this.agents, (work) -> {
			throw new RejectedExecutionException("closed");
		}, this.nanoTime::get, Duration.ZERO);
		assertThat(counts.of("agt_1")).isNull();
	}

	@Test
	void hasOneQuestionOpenWhileTheStoreHangs() {
		List<Runnable> hanging = new ArrayList<>();
		ApprovalCounts counts = new ApprovalCounts(() -> this.agents, hanging::add, this.nanoTime::get, Duration.ZERO);
		assertThat(counts.of("agt_1")).isNull();
		this.nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(counts.of("agt_1")).isNull();
		assertThat(hanging).hasSize(1);
		hanging.get(0).run();
		counts.of("agt_1");
		assertThat(hanging).as("what is known is a minute old").hasSize(2);
	}

}
