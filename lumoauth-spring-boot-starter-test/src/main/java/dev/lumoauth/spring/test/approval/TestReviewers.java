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

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.test.AgentApprovals;
import org.jspecify.annotations.Nullable;

/**
 * The people whom agents ask in one test: the requests to them, the store of the
 * requests, their decisions, and their clock.
 *
 * @since 0.1.0
 */
public final class TestReviewers {

	private static final String NAME = "test-reviewer";

	private final ApprovalStore store = ApprovalStore.inMemory();

	private final List<Approval> asked = new CopyOnWriteArrayList<>();

	private final Map<String, ApprovalAnswer> decisions = new ConcurrentHashMap<>();

	private volatile Duration ahead = Duration.ZERO;

	ApprovalStore store() {
		return this.store;
	}

	Instant now() {
		return Instant.now().plus(this.ahead);
	}

	/**
	 * Record a request.
	 * @param approval the request
	 */
	public void record(Approval approval) {
		this.asked.add(approval);
	}

	/**
	 * Return the answer to a new request.
	 * @param approval the request
	 * @param approvals the decision of the people who are asked
	 */
	static ApprovalAnswer answer(Approval approval, AgentApprovals approvals) {
		return switch (approvals) {
			case APPROVE -> answer(approval, ApprovalState.APPROVED, null);
			case DENY -> answer(approval, ApprovalState.DENIED, null);
			case EXPIRE -> answer(approval, ApprovalState.EXPIRED, null);
			case PENDING -> answer(approval, ApprovalState.PENDING, null);
		};
	}

	private static ApprovalAnswer answer(Approval approval, ApprovalState state, @Nullable String message) {
		return new ApprovalAnswer(state, "test-" + approval.id(), null, null,
				(state == ApprovalState.APPROVED) ? NAME : null, message);
	}

	/**
	 * Return the state of a request.
	 */
	ApprovalAnswer status(Approval approval) {
		return this.decisions.getOrDefault(approval.id(), ApprovalAnswer.of(ApprovalState.PENDING));
	}

	/**
	 * Approve pending requests.
	 * @param name the id of a request, or the name of a tool or method
	 * @throws AssertionError if there is no pending request with that name
	 */
	public void approve(String name) {
		decide(name, ApprovalState.APPROVED, null);
	}

	/**
	 * Deny pending requests.
	 * @param name the id of a request, or the name of a tool or method
	 * @param message a message to the agent, or {@code null}
	 * @throws AssertionError if there is no pending request with that name
	 */
	public void deny(String name, @Nullable String message) {
		decide(name, ApprovalState.DENIED, message);
	}

	private void decide(String name, ApprovalState state, @Nullable String message) {
		List<Approval> waiting = waiting().filter((approval) -> isMeant(approval, name)).toList();
		if (waiting.isEmpty()) {
			throw new AssertionError("No call of '" + name + "' waits for a person. " + description());
		}
		waiting.forEach((approval) -> this.decisions.put(approval.id(), answer(approval, state, message)));
	}

	/**
	 * Let pending requests and approved calls expire.
	 * @throws AssertionError if nothing could expire
	 */
	public void expire() {
		Instant last = Stream.concat(waiting(), current(ApprovalState.APPROVED))
			.map(Approval::expiresAt)
			.max(Comparator.naturalOrder())
			.orElseThrow(() -> new AssertionError(
					"No call waits for a person, and each approved call has run. " + description()));
		this.ahead = Duration.between(Instant.now(), last).plusSeconds(1);
	}

	/**
	 * Return the pending requests.
	 */
	private Stream<Approval> waiting() {
		return current(ApprovalState.PENDING).map(this::asked)
			.filter((approval) -> approval.state() == ApprovalState.PENDING);
	}

	private Stream<Approval> current(ApprovalState state) {
		return this.asked.stream().map(this::current).filter((approval) -> approval.state() == state);
	}

	/**
	 * Another thread may be asking at this moment. That takes no time, so this method
	 * waits for it.
	 */
	private Approval asked(Approval approval) {
		Approval current = approval;
		while (current.state() == ApprovalState.PENDING && current.reference() == null) {
			Thread.onSpinWait();
			current = current(approval);
		}
		return current;
	}

	private Approval current(Approval approval) {
		Approval current = this.store.find(approval.id());
		return (current != null) ? current : approval;
	}

	/**
	 * Return the requests to people, in their order.
	 * @param name the name of a tool or method
	 * @return the requests
	 */
	public List<Approval> askedFor(String name) {
		return this.asked.stream().filter((approval) -> isMeant(approval, name)).toList();
	}

	/**
	 * Return whether anybody was asked.
	 * @return whether anybody was asked
	 */
	public boolean wereAsked() {
		return !this.asked.isEmpty();
	}

	private static boolean isMeant(Approval approval, String name) {
		return ToolName.of(approval.tool()).is(name) || approval.id().equals(name);
	}

	/**
	 * Describe the requests to people.
	 * @return the text of a failed assertion
	 */
	public String description() {
		return this.asked.isEmpty() ? "In this test no person was asked for an approval."
				: "In this test people were asked to approve\n"
						+ this.asked.stream().map(this::describe).collect(Collectors.joining("\n"));
	}

	private String describe(Approval approval) {
		return "  '" + approval.tool() + "' with " + approval.arguments()
				+ ((approval.call().user() != null) ? " for user '" + approval.call().user() + "'" : "") + ": \""
				+ approval.reason() + "\", which is " + current(approval).state().code() + " (" + approval.id() + ")";
	}

}
