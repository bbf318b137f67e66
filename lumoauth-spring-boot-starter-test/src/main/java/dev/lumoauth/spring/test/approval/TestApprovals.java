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

package dev.lumoauth.spring.test.approval;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalsCustomizer;
import dev.lumoauth.spring.test.AgentApprovals;

import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Makes the application's agents ask the people of the test whose turn it is, whatever
 * channel and store the application has.
 *
 * @since 0.1.0
 */
public final class TestApprovals implements ApprovalsCustomizer {

	private final Supplier<TestReviewers> reviewers;

	private final Supplier<AgentApprovals> decision;

	private final BooleanSupplier betweenTests;

	/**
	 * Let people of a test be asked.
	 * @param reviewers the people whom this thread's agents ask
	 * @param decision what they decide about a new request; throws
	 * {@link dev.lumoauth.spring.LumoAuthUnavailableException} in an outage
	 * @param betweenTests whether this thread works for no test
	 */
	public TestApprovals(Supplier<TestReviewers> reviewers, Supplier<AgentApprovals> decision,
			BooleanSupplier betweenTests) {
		this.reviewers = reviewers;
		this.decision = decision;
		this.betweenTests = betweenTests;
	}

	/**
	 * Return the definition of the bean.
	 * @param bean creates it
	 * @return the definition
	 */
	public static RootBeanDefinition definition(Supplier<TestApprovals> bean) {
		return new RootBeanDefinition(ApprovalsCustomizer.class, bean::get);
	}

	@Override
	public void customize(ApprovalsBuilder approvals) {
		approvals.channel(Channel::new).store(() -> this.reviewers.get().store()).clock(new ReviewersClock());
	}

	private final class Channel implements ApprovalChannel {

		@Override
		public ApprovalAnswer ask(ApprovalQuestion question) {
			TestReviewers reviewers = TestApprovals.this.reviewers.get();
			reviewers.record(question.approval());
			return TestReviewers.answer(question.approval(), TestApprovals.this.decision.get());
		}

		@Override
		public ApprovalAnswer status(Approval approval) {
			Objects.requireNonNull(TestApprovals.this.decision.get());
			return TestApprovals.this.reviewers.get().status(approval);
		}

		/**
		 * Polling is not needed: the test reports the decisions.
		 */
		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	/**
	 * Between tests nothing waits, so any time will do.
	 */
	private final class ReviewersClock extends Clock {

		@Override
		public Instant instant() {
			return TestApprovals.this.betweenTests.getAsBoolean() ? Instant.now()
					: TestApprovals.this.reviewers.get().now();
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
