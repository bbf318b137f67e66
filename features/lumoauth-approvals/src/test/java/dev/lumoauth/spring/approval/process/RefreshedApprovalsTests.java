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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.Asked;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.guard.CallArguments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what {@link Approvals} learn before it is time to ask, and forget.
 */
class RefreshedApprovalsTests {

	private static final ApprovalRule RULE = new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of());

	private final ManualClock clock = new ManualClock();

	private final Person person = new Person();

	private final List<ApplicationEvent> events = new CopyOnWriteArrayList<>();

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final Approvals approvals = new ApprovalsBuilder("agt_test", () -> this.person).clock(this.clock)
		.store(() -> this.store)
		.events(this.events::add)
		.build();

	@AfterEach
	void close() {
		this.approvals.close();
	}

	@Test
	void learnsOfADecisionAtOnce() {
		Approval asked = refund();
		CompletableFuture<Approval> decision = this.approvals.decision(asked);
		this.person.state = ApprovalState.APPROVED;
		assertThat(this.approvals.status(asked.id()).state()).as("it is not time to ask")
			.isEqualTo(ApprovalState.PENDING);
		assertThat(this.approvals.refresh(asked.id()).state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(decision).isCompletedWithValueMatching((approval) -> approval.state() == ApprovalState.APPROVED);
		assertThat(this.events).last().isInstanceOf(ApprovalDecidedEvent.class);
		assertThat(this.approvals.run(asked.id(), () -> "refunded")).isEqualTo("refunded");
	}

	@Test
	void learnsThatItsTimeIsOver() {
		Approval waiting = refund();
		this.clock.advance(Duration.ofMinutes(5));
		assertThat(this.approvals.refresh(waiting.id()).state()).isEqualTo(ApprovalState.EXPIRED);
		assertThat(this.person.asked).as("somebody may have decided at the last moment").hasValue(1);
		assertThat(this.approvals.refresh(waiting.id()).state()).isEqualTo(ApprovalState.EXPIRED);
	}

	@Test
	void knowsNoMoreThanBeforeWithoutAnAnswer() {
		Approval asked = refund();
		this.person.unavailable = true;
		assertThat(this.approvals.refresh(asked.id()).state()).isEqualTo(ApprovalState.PENDING);
		assertThat(this.person.asked).hasValue(1);
	}

	@Test
	void doesNotKnowTheRequestsOfOthers() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.approvals.refresh("apr_none"))
			.withMessageStartingWith("There is no approval request");
	}

	@Test
	void forgetsWhoWaitsAndNotWhatWasAsked() {
		Approval asked = refund();
		CompletableFuture<Approval> decision = this.approvals.decision(asked);
		this.approvals.waiting(asked, () -> "again");
		this.approvals.forget();
		assertThat(decision).isCompletedWithValueMatching((approval) -> approval.state() == ApprovalState.PENDING);
		assertThat(this.approvals.pending()).containsExactly(asked);
		this.person.state = ApprovalState.APPROVED;
		this.approvals.refresh(asked.id());
		assertThatIllegalStateException().isThrownBy(() -> this.approvals.resume(asked.id()))
			.withMessageContaining("was not made in this process");
	}

	private Approval refund() {
		return this.approvals.request("refund", CallArguments.of(Map.of("amount", 10)), RULE);
	}

	/**
	 * Asked so rarely that nobody asks by itself.
	 */
	private static final class Person implements ApprovalChannel {

		private final AtomicInteger asked = new AtomicInteger();

		private volatile ApprovalState state = ApprovalState.PENDING;

		private volatile boolean unavailable;

		@Override
		public ApprovalAnswer ask(ApprovalQuestion question) {
			return new ApprovalAnswer(ApprovalState.PENDING, "reference", null, null, null, null);
		}

		@Override
		public ApprovalAnswer status(Approval approval) {
			this.asked.incrementAndGet();
			if (this.unavailable) {
				throw new LumoAuthUnavailableException("gone", null);
			}
			return ApprovalAnswer.of(this.state);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
