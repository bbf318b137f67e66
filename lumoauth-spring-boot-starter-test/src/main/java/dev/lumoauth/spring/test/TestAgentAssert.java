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

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.lumoauth.spring.test.AgentQuestion.Answer;
import dev.lumoauth.spring.test.AgentQuestion.Kind;
import dev.lumoauth.spring.test.approval.AskedApprovalAssert;
import dev.lumoauth.spring.test.approval.TestReviewers;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the questions to LumoAuth in a test, and its answers. A failed
 * assertion lists all of them.
 *
 * @since 0.1.0
 */
public final class TestAgentAssert extends AbstractAssert<TestAgentAssert, TestAgent> {

	TestAgentAssert(TestAgent agent) {
		super(agent, TestAgentAssert.class);
	}

	/**
	 * Verify that LumoAuth was asked for each of the capabilities, whatever it answered.
	 * The capabilities of tools that are offered to a model are asked for as well, since
	 * denied tools are hidden.
	 * @param capabilities the names
	 * @return this assertion
	 */
	public TestAgentAssert asked(String... capabilities) {
		return requireEach(capabilities, (name) -> is(Kind.CAPABILITY, name), "to have been asked for capability");
	}

	/**
	 * Verify that LumoAuth was asked for none of the capabilities.
	 * @param capabilities the names
	 * @return this assertion
	 */
	public TestAgentAssert didNotAsk(String... capabilities) {
		return requireNone(capabilities, (name) -> is(Kind.CAPABILITY, name), "not to have been asked for capability");
	}

	/**
	 * Verify that LumoAuth was asked for no capability at all.
	 * @return this assertion
	 */
	public TestAgentAssert askedNothing() {
		return requireNone(new String[] { "" }, (name) -> (question) -> question.kind() == Kind.CAPABILITY,
				"not to have been asked for any capability");
	}

	/**
	 * Verify that LumoAuth was asked for each of the capabilities and allowed it.
	 * @param capabilities the names
	 * @return this assertion
	 */
	public TestAgentAssert wasAllowed(String... capabilities) {
		return requireEach(capabilities, (name) -> is(Kind.CAPABILITY, name).and(answered(Answer.YES)),
				"to have allowed capability");
	}

	/**
	 * Verify that LumoAuth was asked for each of the capabilities and denied it.
	 * @param capabilities the names
	 * @return this assertion
	 */
	public TestAgentAssert wasDenied(String... capabilities) {
		return requireEach(capabilities, (name) -> is(Kind.CAPABILITY, name).and(answered(Answer.NO)),
				"to have denied capability");
	}

	/**
	 * Verify that LumoAuth was asked for each of the capabilities and gave no answer.
	 * @param capabilities the names
	 * @return this assertion
	 */
	public TestAgentAssert wasNotAnswered(String... capabilities) {
		return requireEach(capabilities, (name) -> is(Kind.CAPABILITY, name).and(answered(Answer.NONE)),
				"to have given no answer about capability");
	}

	/**
	 * Verify that a token was exchanged for each of the audiences, with success.
	 * @param audiences the servers' ids or addresses, as in {@code mcpToken(audience)}
	 * @return this assertion
	 */
	public TestAgentAssert exchangedFor(String... audiences) {
		return requireEach(audiences, (name) -> is(Kind.EXCHANGE, name).and(answered(Answer.YES)),
				"to have exchanged a token for");
	}

	/**
	 * Verify that a token was exchanged for an audience on behalf of a user, with
	 * success.
	 * @param audience the server's id or address
	 * @param user the user: the {@code sub} of the user's token, or the token itself if
	 * it is not a JWT
	 * @return this assertion
	 */
	public TestAgentAssert exchangedOnBehalfOf(String audience, String user) {
		return requireEach(new String[] { audience },
				(name) -> is(Kind.EXCHANGE, name).and(answered(Answer.YES))
					.and((question) -> user.equals(question.user())),
				"to have exchanged a token on behalf of '" + user + "' for");
	}

	/**
	 * Verify that no token was requested for any of the audiences.
	 * @param audiences the servers' ids or addresses
	 * @return this assertion
	 */
	public TestAgentAssert didNotExchangeFor(String... audiences) {
		return requireNone(audiences, (name) -> is(Kind.EXCHANGE, name), "not to have been asked for a token for");
	}

	/**
	 * Verify that no token exchange was requested at all.
	 * @return this assertion
	 */
	public TestAgentAssert exchangedNothing() {
		return requireNone(new String[] { "" }, (name) -> (question) -> question.kind() == Kind.EXCHANGE,
				"not to have been asked for any exchange");
	}

	/**
	 * Verify that the budget was read, whatever LumoAuth answered.
	 * @return this assertion
	 */
	public TestAgentAssert readBudget() {
		return requireEach(new String[] { "" }, (name) -> (question) -> question.kind() == Kind.BUDGET,
				"to have been asked for the budget");
	}

	/**
	 * Verify that a person was asked to approve a call, whatever the decision was.
	 * @param tool the name of the tool, or of a method, with or without its class
	 * @return assertions about the request
	 */
	public AskedApprovalAssert askedForApprovalOf(String tool) {
		TestReviewers reviewers = reviewers();
		if (reviewers.askedFor(tool).isEmpty()) {
			throw failure("%nExpecting a person to have been asked to approve '%s'%n%s", tool, reviewers.description());
		}
		return new AskedApprovalAssert(reviewers, tool).as(descriptionText());
	}

	/**
	 * Verify that no person was asked to approve anything.
	 * @return this assertion
	 */
	public TestAgentAssert askedForNoApproval() {
		TestReviewers reviewers = reviewers();
		if (reviewers.wereAsked()) {
			throw failure("%nExpecting no person to have been asked to approve anything%n%s", reviewers.description());
		}
		return this;
	}

	private TestReviewers reviewers() {
		isNotNull();
		return Objects.requireNonNull(this.actual).reviewers();
	}

	private TestAgentAssert requireEach(String[] names, Matching matching, String expectation) {
		List<AgentQuestion> questions = questions();
		List<String> missing = Arrays.stream(names)
			.filter((name) -> questions.stream().noneMatch(matching.about(name)))
			.toList();
		if (!missing.isEmpty()) {
			throw failure(expectation, missing, questions);
		}
		return this;
	}

	private TestAgentAssert requireNone(String[] names, Matching matching, String expectation) {
		List<AgentQuestion> questions = questions();
		List<String> found = Arrays.stream(names)
			.filter((name) -> questions.stream().anyMatch(matching.about(name)))
			.toList();
		if (!found.isEmpty()) {
			throw failure(expectation, found, questions);
		}
		return this;
	}

	private List<AgentQuestion> questions() {
		isNotNull();
		return Objects.requireNonNull(this.actual).questions();
	}

	private AssertionError failure(String expectation, List<String> names, List<AgentQuestion> questions) {
		String quoted = names.stream()
			.filter((name) -> !name.isEmpty())
			.map((name) -> " '" + name + "'")
			.collect(Collectors.joining(","));
		String all = questions.stream().map((question) -> "  " + question).collect(Collectors.joining("\n"));
		return failure("%nExpecting LumoAuth %s%s%nbut %s", expectation, quoted, questions.isEmpty()
				? "it was asked nothing in this test." : "in this test the application has\n" + all);
	}

	private static Predicate<AgentQuestion> is(Kind kind, String about) {
		return (question) -> question.kind() == kind && question.isAbout(about);
	}

	private static Predicate<AgentQuestion> answered(Answer answer) {
		return (question) -> question.answer() == answer;
	}

	/**
	 * The questions that a name refers to.
	 */
	private interface Matching {

		Predicate<AgentQuestion> about(String name);

	}

}
