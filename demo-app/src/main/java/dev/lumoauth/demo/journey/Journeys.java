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
	 * @param analyst who answers
	 * @param agent the agent that it is
	 * @param forget has LumoAuth asked again, so that a question is answered with what it
	 * says now
	 * @param usage is told how many tokens the model calls of an answer have used
	 * @param recorder collects the steps
	 * @param proof what the agent proves with who it is, or {@code null} if that is a
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
	 * @param listener is told what happens
	 * @return what happened; a failure is in it and not thrown
	 */
	public Journey ask(String question, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> this.analyst.answer(question)), listener);
	}

	/**
	 * Ask the agent and have the answer streamed.
	 * @param question the question
	 * @param listener is told what happens
	 * @return what happened; a failure is in it and not thrown
	 */
	public Journey stream(String question, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> this.analyst.stream(question, listener::text)), listener);
	}

	/**
	 * Have the agent go on once a person has decided about a call of its, and have the
	 * answer streamed.
	 * @param approval the request that was decided
	 * @param listener is told what happens
	 * @return what happened; a failure is in it and not thrown
	 */
	public Journey goOn(Approval approval, JourneyListener listener) {
		return this.recorder.record(() -> answer(() -> {
			this.recorder.running(approval.tool());
			return this.analyst.goOn(approval, listener::text);
		}), listener);
	}

	/**
	 * Return what the budget is now, for those who have asked nothing yet.
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
	 * Who answers.
	 */
	interface Analyst {

		String answer(String question);

		/**
		 * Answer bit by bit.
		 * @param question the question
		 * @param onText gets each bit
		 * @return all of them
		 */
		String stream(String question, Consumer<String> onText);

		/**
		 * Go on, bit by bit, once a person has decided.
		 * @param approval the request that was decided
		 * @param onText gets each bit
		 * @return all of them
		 */
		String goOn(Approval approval, Consumer<String> onText);

	}

}
