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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.test.approval.TestReviewers;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The agent that a test runs as: LumoAuth's answers about it, and the questions to
 * LumoAuth. A test with {@link WithAgent} injects it: <pre class="code">
 * assertThat(agent).asked("read:documents").wasDenied("mcp:financial");
 * </pre> An answer from a cache of the application is not asked again: each test starts
 * with empty caches.
 * <p>
 * For an {@code ApplicationContextRunner} create an agent and pass it to
 * {@code withInitializer}: it adds LumoAuth's auto-configurations.
 * <p>
 * If the application has {@linkplain dev.lumoauth.spring.LumoAuthAgent several agents},
 * LumoAuth gives the same answers about all of them.
 *
 * @since 0.1.0
 */
public final class TestAgent
		implements AssertProvider<TestAgentAssert>, ApplicationContextInitializer<ConfigurableApplicationContext> {

	private final ReentrantLock lock = new ReentrantLock(true);

	/** The only turn, if tests do not take turns. */
	private final @Nullable Turn only;

	/** The answers while the application context starts; nobody looks at them. */
	private final Turn start = new Turn("the start of the application context", AgentAnswers.NO_CAPABILITY);

	private volatile @Nullable Turn current;

	private volatile boolean started;

	/**
	 * The previous work of the current test's thread; only that thread uses the field.
	 */
	private @Nullable ThreadTurn outside;

	private volatile @Nullable AgentMemory memory;

	private TestAgent(@Nullable Turn only) {
		this.only = only;
		this.current = only;
	}

	/**
	 * Create an agent.
	 * @param capabilities the names of its capabilities; every other capability is denied
	 * @return the agent
	 */
	public static TestAgent with(String... capabilities) {
		return new TestAgent(new Turn("this agent", AgentAnswers.NO_CAPABILITY)).grant(capabilities);
	}

	/**
	 * Create the agent of tests that take turns.
	 */
	static TestAgent inTurns() {
		return new TestAgent(null);
	}

	/**
	 * Grant capabilities to the agent. They count at once: the application forgets
	 * earlier answers.
	 * @param capabilities the names, or {@link WithAgent#ALL}
	 * @return this agent
	 */
	public TestAgent grant(String... capabilities) {
		return change((answers) -> answers.grant(AgentAnswers.names(capabilities)));
	}

	/**
	 * Revoke capabilities of the agent. That counts at once: the application forgets
	 * earlier answers.
	 * @param capabilities the names
	 * @return this agent
	 */
	public TestAgent deny(String... capabilities) {
		return change((answers) -> answers.deny(AgentAnswers.names(capabilities)));
	}

	/**
	 * Change the agent's budget, at once.
	 * @param budget the budget
	 * @return this agent
	 */
	public TestAgent budget(AgentBudget budget) {
		return change((answers) -> answers.budget(budget));
	}

	/**
	 * Make LumoAuth unreachable, or reachable again. In an outage the application keeps
	 * the decisions and tokens that it has; after the outage it forgets them.
	 * @param unavailable whether it is unreachable
	 * @return this agent
	 */
	public TestAgent unavailable(boolean unavailable) {
		Turn turn = requireTurn();
		turn.answers(turn.answers().unavailable(unavailable));
		if (!unavailable) {
			forget();
			refreshApprovals();
		}
		return this;
	}

	/**
	 * Change the decision of people who are asked to approve a call from now on.
	 * @param approvals the decision
	 * @return this agent
	 */
	public TestAgent approvals(AgentApprovals approvals) {
		Turn turn = requireTurn();
		turn.answers(turn.answers().approvals(approvals));
		return this;
	}

	/**
	 * Approve pending calls, at once: the same call runs when it is made again, and code
	 * that waits for the decision is told.
	 * @param request the name of the tool, for all its pending calls; or the id of one
	 * request. For a method its name, with or without its class
	 * @return this agent
	 * @throws AssertionError if no such call waits; the message lists what people were
	 * asked
	 */
	public TestAgent approve(String request) {
		return decide((reviewers) -> reviewers.approve(request));
	}

	/**
	 * Deny pending calls, at once, without a message to the agent.
	 * @param request the name of the tool, or the id of one request
	 * @return this agent
	 * @throws AssertionError if no such call waits
	 */
	public TestAgent denyApproval(String request) {
		return decide((reviewers) -> reviewers.deny(request, null));
	}

	/**
	 * Deny pending calls, at once.
	 * @param request the name of the tool, or the id of one request
	 * @param message the reviewer's message to the agent
	 * @return this agent
	 * @throws AssertionError if no such call waits
	 */
	public TestAgent denyApproval(String request, String message) {
		return decide((reviewers) -> reviewers.deny(request, message));
	}

	private TestAgent decide(Consumer<TestReviewers> decision) {
		decision.accept(requireTurn().reviewers());
		refreshApprovals();
		return this;
	}

	/**
	 * Let pending requests, and approved calls that have not run, expire. Only the
	 * approvals' clock is put forward.
	 * @return this agent
	 * @throws AssertionError if no request is pending and no approved call is left to run
	 */
	public TestAgent expireApprovals() {
		return decide(TestReviewers::expire);
	}

	private void refreshApprovals() {
		remembered(AgentMemory::refreshApprovals);
	}

	private TestAgent change(UnaryOperator<AgentAnswers> change) {
		Turn turn = requireTurn();
		turn.answers(change.apply(turn.answers()));
		forget();
		return this;
	}

	/**
	 * Make an application context use this agent's answers instead of LumoAuth.
	 * @param context the context, which is not refreshed yet
	 */
	@Override
	public void initialize(ConfigurableApplicationContext context) {
		new InMemoryConnection(this).addTo(context);
		this.memory = new AgentMemory(context.getBeanFactory().getBeanProvider(AgentRuntimes.class));
		if (this.only == null) {
			ThreadTurn starting = ThreadTurn.current();
			// Work that the context starts itself belongs to no test.
			ThreadTurn.set(null);
			ContextStart.whenOver(context, () -> {
				this.started = true;
				ThreadTurn.set(starting);
			});
		}
	}

	/**
	 * For AssertJ's {@code assertThat(agent)}.
	 * @return assertions about the questions @deprecated to be called by AssertJ only
	 */
	@Override
	@Deprecated(since = "0.1.0")
	public TestAgentAssert assertThat() {
		return new TestAgentAssert(this);
	}

	/**
	 * Return LumoAuth's answers for this thread.
	 * @throws NoTurnException if the thread does not work for the test whose turn it is
	 */
	AgentAnswers answers() {
		return requireTurn().answers();
	}

	/**
	 * Record a question if it belongs to the test whose turn it is.
	 */
	void record(AgentQuestion question) {
		if (noTurn() == null) {
			requireTurn().questions().add(question);
		}
	}

	List<AgentQuestion> questions() {
		return List.copyOf(requireTurn().questions());
	}

	/**
	 * Return the people whom this thread's agents ask.
	 * @throws NoTurnException if the thread does not work for the test whose turn it is
	 */
	TestReviewers reviewers() {
		return requireTurn().reviewers();
	}

	/**
	 * Return what people decide whom this thread's agents ask.
	 * @throws LumoAuthUnavailableException if the test made LumoAuth unavailable
	 */
	AgentApprovals decision() {
		AgentAnswers answers = answers();
		if (answers.unavailable()) {
			throw new LumoAuthUnavailableException("The test made LumoAuth unavailable", null);
		}
		return answers.approvals();
	}

	/**
	 * Let the current test have a user.
	 */
	void user(TestUser user) {
		requireTurn().user(user);
	}

	/**
	 * Return the user of the test that this thread works for, or {@code null} if there is
	 * none.
	 */
	@Nullable TestUser user() {
		return (noTurn() == null) ? requireTurn().user() : null;
	}

	/**
	 * Return why LumoAuth does not answer this thread, or {@code null} if it does.
	 */
	@Nullable NoTurnException noTurn() {
		try {
			requireTurn();
			return null;
		}
		catch (NoTurnException ex) {
			return ex;
		}
	}

	/**
	 * An unknown thread counts as working for the test whose turn it is.
	 */
	private Turn requireTurn() {
		ThreadTurn thread = ThreadTurn.current();
		if (this.only != null) {
			return this.only;
		}
		if (!this.started) {
			return this.start;
		}
		Turn turn = this.current;
		if (thread != null && (turn == null || thread.turn() != turn)) {
			throw NoTurnException.of(thread);
		}
		if (turn == null) {
			throw NoTurnException.noTest();
		}
		return turn;
	}

	/**
	 * Begin a test. Waits for its turn: answers, caches and questions belong to one test
	 * at a time.
	 * @param test the name of the test, for messages
	 * @param answers LumoAuth's answers in the test
	 * @throws IllegalStateException if this thread is in another test
	 */
	void begin(String test, AgentAnswers answers) throws InterruptedException {
		if (this.lock.isHeldByCurrentThread()) {
			throw new IllegalStateException("This test was started in the middle of another one, on the same thread, "
					+ "and both use the same agent. JUnit does so in parallel runs when a test waits for a "
					+ "ForkJoinPool, as parallel streams do. Don't run one of the two in parallel: "
					+ "@Execution(ExecutionMode.SAME_THREAD) or @Isolated");
		}
		this.lock.lockInterruptibly();
		this.started = true;
		Turn turn = new Turn(test, answers);
		this.outside = ThreadTurn.current();
		ThreadTurn.set(ThreadTurn.of(turn));
		this.current = turn;
		forget();
		remembered(AgentMemory::forgetWaitingCalls);
	}

	/**
	 * End a test, if this thread is in one.
	 */
	void end() {
		if (this.lock.isHeldByCurrentThread()) {
			remembered(AgentMemory::forgetWaitingCalls);
			this.current = null;
			ThreadTurn.set(this.outside);
			forget();
			this.lock.unlock();
		}
	}

	/**
	 * Return whether another test waits for its turn.
	 */
	boolean isAwaited() {
		return this.lock.hasQueuedThreads();
	}

	private void forget() {
		remembered(AgentMemory::forget);
	}

	private void remembered(Consumer<AgentMemory> action) {
		AgentMemory memory = this.memory;
		if (memory != null) {
			action.accept(memory);
		}
	}

	@Override
	public String toString() {
		Turn turn = this.current;
		return "agent " + ((turn != null) ? turn.answers() : "of no test");
	}

}
