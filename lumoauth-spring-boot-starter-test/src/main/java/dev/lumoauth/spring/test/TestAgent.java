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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.autoconfigure.AgentMemory;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The agent that a test runs as: what LumoAuth answers about it, and what LumoAuth was
 * asked. A test with {@link WithAgent} injects it: <pre class="code">
 * assertThat(agent).asked("read:documents").wasDenied("mcp:financial");
 * </pre> What a cache of the application answers is not asked again: each test begins
 * with empty ones.
 * <p>
 * For an {@code ApplicationContextRunner} make one, and give it to
 * {@code withInitializer}: it brings LumoAuth's auto-configurations along.
 * <p>
 * If the application has {@linkplain dev.lumoauth.spring.LumoAuthAgent several agents},
 * LumoAuth says the same of all of them.
 *
 * @since 0.1.0
 */
public final class TestAgent
		implements AssertProvider<TestAgentAssert>, ApplicationContextInitializer<ConfigurableApplicationContext> {

	private final ReentrantLock turn = new ReentrantLock(true);

	private final List<AgentQuestion> questions = new CopyOnWriteArrayList<>();

	private volatile AgentAnswers answers = AgentAnswers.NO_CAPABILITY;

	private volatile @Nullable ObjectProvider<AgentMemory> memory;

	private TestAgent() {
	}

	/**
	 * Create an agent.
	 * @param capabilities the names of what it has; every other capability is denied
	 * @return the agent
	 */
	public static TestAgent with(String... capabilities) {
		return new TestAgent().grant(capabilities);
	}

	/**
	 * Give the agent capabilities, at once: the application forgets what it was told.
	 * @param capabilities the names, or {@link WithAgent#ALL}
	 * @return this agent
	 */
	public TestAgent grant(String... capabilities) {
		return change((answers) -> answers.grant(AgentAnswers.names(capabilities)));
	}

	/**
	 * Take capabilities from the agent, at once: the application forgets what it was
	 * told.
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
	 * the decisions and tokens that it has; after it, it forgets them.
	 * @param unavailable whether it is unreachable
	 * @return this agent
	 */
	public TestAgent unavailable(boolean unavailable) {
		this.answers = this.answers.unavailable(unavailable);
		if (!unavailable) {
			forget();
		}
		return this;
	}

	private TestAgent change(UnaryOperator<AgentAnswers> change) {
		this.answers = change.apply(this.answers);
		forget();
		return this;
	}

	/**
	 * Have an application context ask this agent's answers in place of LumoAuth.
	 * @param context the context, which is not refreshed yet
	 */
	@Override
	public void initialize(ConfigurableApplicationContext context) {
		new InMemoryConnection(this).addTo(context);
		this.memory = context.getBeanFactory().getBeanProvider(AgentMemory.class);
	}

	/**
	 * For AssertJ's {@code assertThat(agent)}.
	 * @return assertions about what was asked
	 * @deprecated to be called by AssertJ only
	 */
	@Override
	@Deprecated(since = "0.1.0")
	public TestAgentAssert assertThat() {
		return new TestAgentAssert(this);
	}

	AgentAnswers answers() {
		return this.answers;
	}

	void record(AgentQuestion question) {
		this.questions.add(question);
	}

	List<AgentQuestion> questions() {
		return List.copyOf(this.questions);
	}

	/**
	 * Begin a test. Waits for its turn: answers, caches and questions are those of one
	 * test at a time.
	 * @param answers what LumoAuth answers in it
	 * @throws IllegalStateException if this thread is in the middle of another one
	 */
	void begin(AgentAnswers answers) throws InterruptedException {
		if (this.turn.isHeldByCurrentThread()) {
			throw new IllegalStateException("This test was started in the middle of another one, on the same thread, "
					+ "and both use the same agent. JUnit does so in parallel runs when a test waits for a "
					+ "ForkJoinPool, as parallel streams do. Don't run one of the two in parallel: "
					+ "@Execution(ExecutionMode.SAME_THREAD) or @Isolated");
		}
		this.turn.lockInterruptibly();
		startOver(answers);
	}

	/**
	 * End a test, if this thread is in one.
	 */
	void end() {
		if (this.turn.isHeldByCurrentThread()) {
			startOver(AgentAnswers.NO_CAPABILITY);
			this.turn.unlock();
		}
	}

	/**
	 * Return whether another test waits for its turn.
	 */
	boolean isAwaited() {
		return this.turn.hasQueuedThreads();
	}

	private void startOver(AgentAnswers answers) {
		this.answers = answers;
		forget();
		this.questions.clear();
	}

	private void forget() {
		ObjectProvider<AgentMemory> memory = this.memory;
		if (memory != null) {
			memory.ifAvailable(AgentMemory::forget);
		}
	}

	@Override
	public String toString() {
		return "agent " + this.answers;
	}

}
