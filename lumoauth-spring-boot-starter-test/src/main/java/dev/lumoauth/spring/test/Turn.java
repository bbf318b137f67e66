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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.test.approval.TestReviewers;
import org.jspecify.annotations.Nullable;

/**
 * The time in which one test has the agent: from before its {@code @BeforeEach} methods
 * until after its {@code @AfterEach} methods. It holds LumoAuth's answers in that test,
 * the questions to LumoAuth, the people whom agents ask, and the user.
 */
final class Turn {

	private final String test;

	private final List<AgentQuestion> questions = new CopyOnWriteArrayList<>();

	private volatile AgentAnswers answers;

	private volatile @Nullable TestUser user;

	/** Made when it is first asked for: an application may have no approvals. */
	private @Nullable TestReviewers reviewers;

	/**
	 * Create a turn.
	 * @param test the name of the test, for messages
	 * @param answers LumoAuth's initial answers
	 */
	Turn(String test, AgentAnswers answers) {
		this.test = test;
		this.answers = answers;
	}

	@Nullable TestUser user() {
		return this.user;
	}

	void user(TestUser user) {
		this.user = user;
	}

	AgentAnswers answers() {
		return this.answers;
	}

	void answers(AgentAnswers answers) {
		this.answers = answers;
	}

	List<AgentQuestion> questions() {
		return this.questions;
	}

	synchronized TestReviewers reviewers() {
		if (!InMemoryConnection.HAS_APPROVALS) {
			throw new IllegalStateException("The application has no approvals: add the dependency "
					+ "dev.lumoauth:lumoauth-approvals to the build");
		}
		TestReviewers reviewers = this.reviewers;
		if (reviewers == null) {
			reviewers = new TestReviewers();
			this.reviewers = reviewers;
		}
		return reviewers;
	}

	@Override
	public String toString() {
		return this.test;
	}

}
