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
import java.util.Set;

import dev.lumoauth.spring.budget.BudgetListener;
import dev.lumoauth.spring.guard.GuardDecision;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardOutcome;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes refusals by guards and by the budget, and on request the grants of guards, as
 * Boot's audit events. The principal is the agent.
 */
record AuditTrail(ApplicationEventPublisher publisher, boolean grants) implements GuardListener, BudgetListener {

	static final String CAPABILITY_REFUSED = "LUMOAUTH_CAPABILITY_REFUSED";

	static final String CAPABILITY_GRANTED = "LUMOAUTH_CAPABILITY_GRANTED";

	static final String CALL_NOT_APPROVED = "LUMOAUTH_CALL_NOT_APPROVED";

	static final String BUDGET_REFUSED = "LUMOAUTH_BUDGET_REFUSED";

	/** All others come from the gates of features. */
	private static final Set<GuardDecision> OF_CORE = Set.of(GuardDecision.DENY, GuardDecision.UNAVAILABLE,
			GuardDecision.NO_USER, GuardDecision.NOT_PERMITTED, GuardDecision.UNKNOWN_TOOL);

	@Override
	public boolean isToldOfGrants() {
		return this.grants;
	}

	@Override
	public void decided(GuardOutcome outcome) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("agent", outcome.agent());
		if (!outcome.capabilities().isEmpty()) {
			data.put("capability", String.join(",", outcome.capabilities()));
		}
		if (!outcome.missing().isEmpty()) {
			data.put("missing", String.join(",", outcome.missing()));
		}
		put(data, "tool", outcome.tool());
		put(data, "method", outcome.method());
		data.put("reason", outcome.stale() ? "stale" : outcome.decision().code());
		publish(outcome.agent(), type(outcome.decision()), data);
	}

	private static String type(GuardDecision decision) {
		if (decision.equals(GuardDecision.ALLOW)) {
			return CAPABILITY_GRANTED;
		}
		return OF_CORE.contains(decision) ? CAPABILITY_REFUSED : CALL_NOT_APPROVED;
	}

	@Override
	public void refused(String agent, String reason, @Nullable String model) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("agent", agent);
		put(data, "model", model);
		data.put("reason", reason);
		publish(agent, BUDGET_REFUSED, data);
	}

	private static void put(Map<String, Object> data, String name, @Nullable String value) {
		if (value != null) {
			data.put(name, value);
		}
	}

	private void publish(String agent, String type, Map<String, Object> data) {
		this.publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(agent, type, data)));
	}

}
