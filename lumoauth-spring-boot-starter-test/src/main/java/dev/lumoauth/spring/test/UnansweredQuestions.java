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

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.test.AgentQuestion.Answer;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Records the questions that the application could not ask: without a token, or while
 * LumoAuth gets no requests after a failure, there is no request to observe.
 */
final class UnansweredQuestions implements AgentFeature, BeanPostProcessor {

	private final TestAgent agent;

	UnansweredQuestions(TestAgent agent) {
		this.agent = agent;
	}

	@Override
	public void addTo(AgentBuilder builder) {
		AgentIdentity identity = builder.identity();
		if (identity != null && identity.name() == null) {
			builder.customize(CapabilitySource.class, (runtime, source) -> recording(source))
				.customize(BudgetSource.class, (runtime, source) -> recording(source));
		}
	}

	/**
	 * The application's own.
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof CapabilitySource source) {
			return recording(source);
		}
		return (bean instanceof BudgetSource source) ? recording(source) : bean;
	}

	private CapabilitySource recording(CapabilitySource source) {
		return new CapabilitySource() {

			@Override
			public Map<String, Boolean> ask(Collection<String> capabilities) {
				return recording(capabilities, () -> source.ask(capabilities));
			}

			@Override
			public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
				recording(capabilities, () -> {
					source.ask(capabilities, answers);
					return Map.of();
				});
			}

		};
	}

	private Map<String, Boolean> recording(Collection<String> capabilities, Supplier<Map<String, Boolean>> question) {
		try {
			return question.get();
		}
		catch (LumoAuthUnavailableException ex) {
			capabilities.forEach((name) -> this.agent.record(AgentQuestion.capability(name, Answer.NONE)));
			throw ex;
		}
	}

	private BudgetSource recording(BudgetSource source) {
		return () -> {
			try {
				return source.budgetPolicy();
			}
			catch (LumoAuthUnavailableException ex) {
				this.agent.record(AgentQuestion.budget(Answer.NONE));
				throw ex;
			}
		};
	}

}
