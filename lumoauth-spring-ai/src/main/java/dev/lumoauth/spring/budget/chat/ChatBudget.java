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

package dev.lumoauth.spring.budget.chat;

import java.util.function.Supplier;

import dev.lumoauth.spring.budget.BudgetMonitor;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.tokenizer.TokenCountEstimator;

/**
 * Applies an agent's budget to the model calls of Spring AI: a call that the budget does
 * not allow is refused with {@link dev.lumoauth.spring.budget.BudgetExhaustedException},
 * and the usage of the other calls is counted, each call once. Each of the two methods
 * needs only the classes that it names; the others may be missing.
 *
 * @since 0.1.0
 */
public final class ChatBudget {

	private ChatBudget() {
	}

	/**
	 * Create the advisor for chat clients, which is the last one before the model.
	 * @param monitor the budget
	 * @param tokenCounter counts the tokens of texts if a provider reports no usage;
	 * {@code null} for Spring AI's {@code JTokkitTokenCountEstimator}
	 * @return the advisor
	 */
	public static Advisor advisor(BudgetMonitor monitor, @Nullable TokenCountEstimator tokenCounter) {
		return BudgetAdvisor.of(monitor, tokenCounter);
	}

	/**
	 * Create the handler for the model calls that do not go through the advisor.
	 * @param monitor supplies the budget; called at the first model call, because the
	 * monitor may need the registry that this handler belongs to
	 * @param tokenCounter supplies the counter for the tokens of texts if a provider
	 * reports no usage, or {@code null} for Spring AI's
	 * {@code JTokkitTokenCountEstimator}
	 * @return the handler
	 */
	public static ObservationHandler<ChatModelObservationContext> observationHandler(Supplier<BudgetMonitor> monitor,
			Supplier<@Nullable TokenCountEstimator> tokenCounter) {
		return BudgetObservationHandler.of(monitor, tokenCounter);
	}

}
