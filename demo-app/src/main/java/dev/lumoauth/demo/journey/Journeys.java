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

package dev.lumoauth.demo.journey;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import org.jspecify.annotations.Nullable;

/**
 * Passes a question to the agent and reports the steps to the answer.
 */
public class Journeys {

	private final Analyst analyst;

	private final LumoAuthAgent agent;

	private final Runnable forget;

	private final LongConsumer usage;

	private final JourneyRecorder recorder;

	private final @Nullable String proof;

	private volatile @Nullable AgentInfo info;

	/**
	 * Create it.
	 * @param analyst the analyst that answers
	 * @param agent the identity of the analyst
	 * @param forget forgets LumoAuth's answers, so that each question is answered with
	 * LumoAuth's current decisions
	 * @param usage gets the number of tokens that the model calls of an answer have used
	 * @param recorder collects the steps
	 * @param proof how the agent proves its identity, in words; {@code null} if it uses a
	 * secret
	 */
	Journeys(Analyst analyst, LumoAuthAgent agent, Runnable forget, LongConsumer usage, JourneyRecorder recorder,
			@Nullable String proof) {
		this.analyst = analyst;
		this.agent = agent;
		this.forget = forget;
		this.usage = usage;
		this.recorder = recorder;
		this.proof = proof;
	}

	/**
	 * Ask the agent. One question is answered after the other.
	 * @param question the question
	 * @param listener gets each step
	 * @return what happened; contains a failure instead of throwing it
	 */
	public Journey ask(String question, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> this.analyst.answer(question)), listener);
	}

	/**
	 * Ask the agent and stream the answer.
	 * @param question the question
	 * @param listener gets each step
	 * @return what happened; contains a failure instead of throwing it
	 */
	public Journey stream(String question, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> this.analyst.stream(question, listener::text)), listener);
	}

	/**
	 * Make the agent continue after a person has decided about one of its calls, and
	 * stream the answer.
	 * @param approval the request that was decided
	 * @param listener gets each step
	 * @return what happened; contains a failure instead of throwing it
	 */
	public Journey goOn(Approval approval, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> {
			this.recorder.running(approval.tool());
			return this.analyst.goOn(approval, listener::text);
		}), listener);
	}

	/**
	 * Return the current budget, for a page without a question.
	 * @return the budget
	 */
	public Step.Budget budget() {
		return budget("now");
	}

	private String answer(Supplier<String> question) {
		this.forget.run();
		this.recorder.add(identity());
		this.recorder.add(budget("before"));
		try {
			return question.get();
		}
		catch (BudgetExhaustedException ex) {
			this.recorder.add(new Step.Refusal(ex.getLimitName(), String.valueOf(ex.getMessage())));
			throw ex;
		}
		finally {
			this.recorder.settle();
			this.usage.accept(this.recorder.modelTokens());
			this.recorder.add(budget("after"));
		}
	}

	private Step.Identity identity() {
		Long seconds = null;
		AgentInfo info = this.info;
		try {
			seconds = Exchanges.secondsLeft(this.agent.accessToken());
			if (info == null) {
				info = this.agent.info();
				this.info = info;
			}
			return new Step.Identity(info.agentId(), info.name(), info.tenant(), seconds, this.proof, null);
		}
		catch (LumoAuthException ex) {
			return new Step.Identity(null, null, null, seconds, null, ex.getMessage());
		}
	}

	private Step.Budget budget(String when) {
		BudgetStatus status = this.agent.budget();
		return new Step.Budget(when, status.state(), status.reason(), status.limits());
	}

	/**
	 * The analyst that answers.
	 */
	interface Analyst {

		String answer(String question);

		/**
		 * Answer in parts.
		 * @param question the question
		 * @param onText gets each part
		 * @return the whole answer
		 */
		String stream(String question, Consumer<String> onText);

		/**
		 * Continue after a person has decided, and answer in parts.
		 * @param approval the request that was decided
		 * @param onText gets each part
		 * @return the whole answer
		 */
		String goOn(Approval approval, Consumer<String> onText);

	}

}
