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

package dev.lumoauth.spring.budget;

import java.util.List;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * Reports the model calls that the budget of one agent refuses to the listeners. Failures
 * of listeners end here.
 *
 * @param agent the client id of the agent
 * @param listeners supplies the listeners; called with each refusal
 */
record BudgetReports(String agent, Supplier<List<BudgetListener>> listeners) {

	/**
	 * Informs no listener.
	 */
	static final BudgetReports NONE = new BudgetReports("none", List::of);

	private static final Log logger = LogFactory.getLog(BudgetReports.class);

	/**
	 * Run code that may refuse a model call, and report the refusal.
	 */
	<T> T reporting(@Nullable String model, Supplier<T> admission) {
		try {
			return admission.get();
		}
		catch (BudgetExhaustedException ex) {
			refused(ex.getLimitName(), model);
			throw ex;
		}
		catch (LumoAuthUnavailableException ex) {
			refused(BudgetListener.BUDGET_UNKNOWN, model);
			throw ex;
		}
	}

	private void refused(String reason, @Nullable String model) {
		for (BudgetListener listener : this.listeners.get()) {
			try {
				listener.refused(this.agent, reason, model);
			}
			catch (RuntimeException ex) {
				logger.warn(
						"A listener could not be informed that the budget refuses a model call. The call is refused.",
						ex);
			}
		}
	}

}
