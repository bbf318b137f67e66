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

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What Boot's actuator shows of the approvals: metrics, audit events and the operations
 * of the endpoint.
 */
@Configuration(proxyBeanMethods = false)
class ApprovalActuatorConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	@ConditionalOnBean(AgentRuntimes.class)
	static class MetersConfiguration {

		@Bean
		ApprovalMeters lumoAuthApprovalMeters(AgentRuntimes agents, ObjectProvider<MeterRegistry> registry) {
			return new ApprovalMeters(new ApprovalCounts(agents::all,
					agents.main().get(BackgroundWork.class).executor(), System::nanoTime, ApprovalCounts.PATIENCE),
					registry);
		}

		@Bean
		@ConditionalOnMissingBean(name = "lumoAuthApprovalGauges")
		MeterBinder lumoAuthApprovalGauges(AgentRuntimes agents, ApprovalMeters meters) {
			return (registry) -> agents.all()
				.stream()
				.filter((agent) -> agent.find(LumoAuthApprovals.class) != null)
				.forEach((agent) -> meters.bind(agent.identity().clientId(), registry));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AuditApplicationEvent.class)
	static class AuditConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ApprovalAuditTrail lumoAuthApprovalAuditTrail(ApplicationEventPublisher publisher) {
			return new ApprovalAuditTrail(publisher);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.OperationResponseBody")
	@ConditionalOnBean(AgentRuntimes.class)
	static class EndpointConfiguration {

		@Bean
		EndedApprovals lumoAuthEndedApprovals(AgentRuntimes agents) {
			return new EndedApprovals(agents);
		}

	}

}
