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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.Limit;
import dev.lumoauth.spring.budget.BudgetMonitor;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} for the agent's budget. It answers from what is known and never
 * asks LumoAuth on the probe's thread, but may start a read in the background.
 * <p>
 * {@code UP} with the used part of each limit; {@code OUT_OF_SERVICE} with the limit that
 * is reached; {@code UNKNOWN} with a reason if LumoAuth could not be asked. Shows only
 * the fields of the policy that this library knows.
 */
class LumoAuthBudgetHealthIndicator extends AbstractHealthIndicator {

	private final BudgetMonitor monitor;

	LumoAuthBudgetHealthIndicator(BudgetMonitor monitor) {
		super("LumoAuth budget health check failed");
		this.monitor = monitor;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		BudgetStatus status = this.monitor.lastKnown();
		switch (status.state()) {
			case AVAILABLE -> builder.up();
			case UNLIMITED -> builder.up().withDetail("unlimited", true);
			case EXHAUSTED -> builder.outOfService().withDetail("exhausted", String.valueOf(status.reason()));
			case UNKNOWN -> unknown(builder, String.valueOf(status.reason()));
		}
		Map<String, Object> limits = new LinkedHashMap<>();
		status.limits().forEach((limit) -> limits.put(limit.name(), details(limit)));
		if (!limits.isEmpty()) {
			builder.withDetail("limits", limits);
		}
		if (!status.allowedModels().isEmpty()) {
			builder.withDetail("allowedModels", status.allowedModels().stream().sorted().toList());
		}
		if (status.policy().get("require_approval_above_usd") instanceof Number threshold) {
			builder.withDetail("requireApprovalAboveUsd", threshold);
		}
		if (status.asOf() != null) {
			builder.withDetail("asOf", status.asOf().toString());
		}
	}

	private static void unknown(Health.Builder builder, String reason) {
		builder.unknown().withDetail("reason", reason).withDetail("description", BudgetMonitor.describe(reason));
	}

	private static Map<String, Object> details(Limit limit) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (limit.used() != null) {
			details.put("used", limit.used());
		}
		details.put("limit", limit.limit());
		Number remaining = limit.remaining();
		if (remaining != null) {
			details.put("remaining", remaining);
		}
		Double percentage = limit.percentage();
		if (percentage != null) {
			details.put("percentage", Math.floor(percentage * 10) / 10);
		}
		return details;
	}

}
