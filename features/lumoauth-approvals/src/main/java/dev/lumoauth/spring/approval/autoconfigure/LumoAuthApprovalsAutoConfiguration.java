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

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.springai.ResumableTools;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.mcp.McpToolTerms;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.tool.GuardedBeanTools;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for the approvals of each agent. The gate is there whether or not
 * LumoAuth is configured: a call that needs a person is never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAutoConfiguration.class, LumoAuthToolAutoConfiguration.class },
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@EnableConfigurationProperties(LumoAuthApprovalsProperties.class)
@Import({ ApprovalStoreConfiguration.class, ApprovalActuatorConfiguration.class })
public final class LumoAuthApprovalsAutoConfiguration {

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GateSource lumoAuthApprovalGate(ObjectProvider<Approvals> approvals) {
		Gate<?> gate = Approvals.gate(approvals::getIfUnique,
				"Nobody can be asked for an approval, since LumoAuth is not configured or is turned off: set "
						+ "lumoauth.url, lumoauth.tenant, lumoauth.client-id and lumoauth.client-secret");
		return () -> List.of(gate);
	}

	@Bean
	static McpToolTerms lumoAuthMcpToolApprovals() {
		return (tool, audiences) -> GuardTerms.of(ApprovalRequirement
			.of(new ApprovalRule(tool.reason(), impact(tool.impact()), tool.when(), audiences, tool.byPerson())));
	}

	private static Impact impact(String name) {
		try {
			return Impact.valueOf(name.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("the impact is " + ConfigurationProblems.quote(name)
					+ ", and has to be low, medium, high or critical", ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(AgentRuntimes.class)
	@Import(NamedApprovals.class)
	static class AgentsConfiguration {

		/**
		 * Not lazy, whatever the application's default is: errors show at start.
		 */
		@Bean
		@Lazy(false)
		ApprovalWiring lumoAuthApprovalWiring(LumoAuthApprovalsProperties properties, ApplicationEventPublisher events,
				ConfigurableListableBeanFactory beanFactory) {
			return new ApprovalWiring(properties, events, beanFactory);
		}

		/**
		 * Take care of requests that were made before the application's start, or by
		 * other replicas, if they outlive a process.
		 */
		@Bean
		ApplicationListener<ApplicationReadyEvent> lumoAuthApprovalsStart(ObjectProvider<AgentRuntimes> agents,
				ApprovalWiring wiring) {
			return (ready) -> {
				if (wiring.isKept()) {
					Executor background = agents.getObject().main().get(BackgroundWork.class).executor();
					background.execute(() -> agents.getObject().all().forEach(ApprovalWiring::start));
				}
			};
		}

	}

	/**
	 * Created with their first use, as the rest of the agent: they need the connection to
	 * LumoAuth.
	 */
	@Configuration(proxyBeanMethods = false)
	@Lazy
	@ConditionalOnActivation(Activation.CONFIGURED)
	static class DefaultAgentConfiguration {

		@Bean(destroyMethod = "") // AgentRuntimes closes the parts
		@ConditionalOnMissingPart(LumoAuthApprovals.class)
		Approvals lumoAuthApprovals(AgentRuntimes agents) {
			return agents.main().own(Approvals.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.ai.tool.ToolCallback")
	@ConditionalOnBean(GuardedBeanTools.class)
	static class ToolsConfiguration {

		@Bean
		ResumableTools lumoAuthResumableTools(GuardedBeanTools tools) {
			return new ResumableTools(tools);
		}

	}

	static final class NamedApprovals extends NamedAgentBeans {

		NamedApprovals() {
			super("lumoAuthApprovals", Approvals.class);
		}

	}

}
