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

package dev.lumoauth.spring.approval.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalCounts.Count;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that shows how many requests wait for people, and how many
 * approved calls have started without a known end. The status is {@code UP} whatever the
 * numbers are, since slow people don't mean an unhealthy application. It is
 * {@code UNKNOWN} if the store gives no answer; the database has its own health
 * component.
 */
final class ApprovalsHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<List<AgentRuntime>> agents;

	private final ApprovalCounts counts;

	ApprovalsHealthIndicator(Supplier<List<AgentRuntime>> agents, ApprovalCounts counts) {
		super("LumoAuth approvals health check failed");
		this.agents = agents;
		this.counts = counts;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (AgentRuntime agent : this.agents.get()) {
			if (agent.find(LumoAuthApprovals.class) == null) {
				continue;
			}
			Count count = this.counts.of(agent.identity().clientId());
			if (count == null) {
				builder.unknown().withDetail("reason", "store_unavailable");
				return;
			}
			builder.withDetail(agent.identity().clientId(), details(count));
		}
	}

	private static Map<String, Object> details(Count count) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("pending", count.pending());
		details.put("approved", count.approved());
		details.put("undecided", count.undecided());
		return details;
	}

}
