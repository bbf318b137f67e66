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

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthException;

/**
 * Log messages about the budget, each once.
 */
final class BudgetLog {

	private static final Log logger = LogFactory.getLog(BudgetMonitor.class);

	private final Set<String> invalidFields = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean noPolicy = new AtomicBoolean();

	private final boolean enforce;

	private @Nullable UnknownReason unknown;

	private boolean notKept;

	/**
	 * Create a log.
	 * @param enforce whether model calls are refused once a limit is reached
	 */
	BudgetLog(boolean enforce) {
		this.enforce = enforce;
	}

	void invalidField(String name) {
		if (this.invalidFields.add(name)) {
			logger.warn("LumoAuth's budget_policy has a '%s' that is not valid. The limit is unknown: ".formatted(name)
					+ "see lumoauth.budget.on-unavailable.");
		}
	}

	void noPolicy() {
		if (this.noPolicy.compareAndSet(false, true)) {
			logger.info("LumoAuth has no budget policy for this agent: its model calls are not limited.");
		}
	}

	synchronized void read() {
		if (this.unknown != null) {
			logger.info("The agent's budget is known again.");
		}
		this.unknown = null;
	}

	/**
	 * A read that was interrupted, as at the end of the application, says nothing of the
	 * budget.
	 */
	synchronized void unknown(UnknownReason reason, Throwable failure) {
		if (this.unknown != reason && !Thread.currentThread().isInterrupted()) {
			String cause = (failure instanceof LumoAuthException) ? " Cause: " + failure.getMessage() : "";
			logger.warn("The agent's budget is unknown (%s). %s%s".formatted(reason.code(), reason.text(), cause));
			this.unknown = reason;
		}
		logger.debug("The agent's budget could not be read", failure);
	}

	synchronized void kept() {
		if (this.notKept) {
			logger.info("What the agent has used of its budget is saved again.");
		}
		this.notKept = false;
	}

	synchronized void notKept(RuntimeException failure) {
		if (!this.notKept) {
			logger.warn("What the agent has used of its budget can't be saved (" + failure.getMessage()
					+ "). It counts in this process, and a restart would forget it. Until it can be saved, "
					+ "lumoauth.budget.on-unavailable decides whether model calls go on.");
		}
		this.notKept = true;
		logger.debug("What the agent has used of its budget could not be saved", failure);
	}

	void used(BudgetStatus.Limit limit, boolean spent, BudgetPeriod period) {
		Double percentage = limit.percentage();
		String used = "The agent has used %.0f %% of %s (%s of %s)."
			.formatted((percentage != null) ? Math.floor(percentage) : 0, limit.name(), limit.used(), limit.limit());
		logger.warn(spent ? used + " " + consequence(period) : used);
	}

	private String consequence(BudgetPeriod period) {
		return this.enforce
				? "From now on model calls are refused, until the UTC %s ends or LumoAuth raises the limit."
					.formatted(period.name().toLowerCase(Locale.ROOT))
				: "Model calls go on, because lumoauth.budget.enforce is false.";
	}

}
