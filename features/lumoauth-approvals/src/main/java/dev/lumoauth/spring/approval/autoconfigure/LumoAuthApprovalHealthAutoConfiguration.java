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

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.agent.AgentRuntimes;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health component {@code lumoAuthApprovals}. It is in no
 * liveness or readiness group unless the application puts it there.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({ Health.class, LumoAuthAutoConfiguration.class })
@ConditionalOnEnabledHealthIndicator("lumoauth")
@ConditionalOnBean(ApprovalCounts.class)
public final class LumoAuthApprovalHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "lumoAuthApprovalsHealthIndicator")
	ApprovalsHealthIndicator lumoAuthApprovalsHealthIndicator(AgentRuntimes agents, ApprovalCounts counts) {
		return new ApprovalsHealthIndicator(agents::all, counts);
	}

}
