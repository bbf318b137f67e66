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

package dev.lumoauth.spring.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalsBuilder;
import dev.lumoauth.spring.autoconfigure.ApprovalsCustomizer;

/**
 * Makes the application's agents ask the people of the test whose turn it is, whatever
 * channel and store the application has.
 */
final class TestApprovals implements ApprovalsCustomizer {

	private final TestAgent agent;

	TestApprovals(TestAgent agent) {
		this.agent = agent;
	}

	@Override
	public void customize(ApprovalsBuilder approvals) {
		approvals.channel(Channel::new).store(() -> this.agent.reviewers().store()).clock(new ReviewersClock());
	}

	private final class Channel implements ApprovalChannel {

		@Override
		public ApprovalAnswer ask(ApprovalQuestion question) {
			TestReviewers reviewers = TestApprovals.this.agent.reviewers();
			reviewers.record(question.approval());
			requireAvailable();
			return TestReviewers.answer(question.approval(), TestApprovals.this.agent.answers().approvals());
		}

		@Override
		public ApprovalAnswer status(Approval approval) {
			requireAvailable();
			return TestApprovals.this.agent.reviewers().status(approval);
		}

		private void requireAvailable() {
			if (TestApprovals.this.agent.answers().unavailable()) {
				throw new LumoAuthUnavailableException("The test made LumoAuth unavailable", null);
			}
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
			return (TestApprovals.this.agent.noTurn() == null) ? TestApprovals.this.agent.reviewers().now()
					: Instant.now();
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
