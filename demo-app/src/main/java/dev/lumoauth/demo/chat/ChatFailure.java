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

package dev.lumoauth.demo.chat;

import com.openai.errors.OpenAIException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why there is no answer, for the page.
 *
 * @param kind {@code budget}, {@code unavailable}, {@code model} or {@code other}
 * @param message the message to show
 */
public record ChatFailure(String kind, String message) {

	private static final Logger logger = LoggerFactory.getLogger(ChatFailure.class);

	/**
	 * Return what a page may show of an exception.
	 * @param failure the exception
	 * @return the failure
	 */
	public static ChatFailure of(RuntimeException failure) {
		if (failure instanceof BudgetExhaustedException) {
			return new ChatFailure("budget", String.valueOf(failure.getMessage()));
		}
		if (failure instanceof LumoAuthUnavailableException) {
			return new ChatFailure("unavailable", String.valueOf(failure.getMessage()));
		}
		if (failure instanceof OpenAIException) {
			return new ChatFailure("model", "The model did not answer (" + failure.getClass().getSimpleName() + ").");
		}
		logger.warn("No answer", failure);
		return new ChatFailure("other", "The agent could not answer; the application's log says why.");
	}

}
