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

import java.util.List;
import java.util.stream.Stream;

import dev.lumoauth.spring.budget.BudgetExhaustedException;
import org.jspecify.annotations.Nullable;

/**
 * The steps to an answer.
 *
 * @param answer the answer, or {@code null} if there is none
 * @param failure the failure, or {@code null} if there was none
 * @param steps the steps, in order
 */
public record Journey(@Nullable String answer, @Nullable RuntimeException failure, List<Step> steps) {

	public Journey {
		steps = List.copyOf(steps);
	}

	/**
	 * Return whether nothing went wrong. A refusal because of a missing capability or a
	 * spent budget is not an error.
	 * @return whether the agent is known, the MCP server is available, and the question
	 * was answered or refused
	 */
	public boolean wentAsItShould() {
		return (this.failure == null || this.failure instanceof BudgetExhaustedException)
				&& steps(Step.Identity.class).allMatch((identity) -> identity.problem() == null)
				&& steps(Step.Tools.class).allMatch((tools) -> tools.missing().isEmpty())
				&& steps(Step.Exchange.class).allMatch((exchange) -> exchange.problem() == null);
	}

	<S extends Step> Stream<S> steps(Class<S> type) {
		return this.steps.stream().filter(type::isInstance).map(type::cast);
	}

}
