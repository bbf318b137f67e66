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

package dev.lumoauth.spring.langchain4j.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import dev.langchain4j.service.tool.ToolService;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.guard.observation.DefaultToolObservationConvention;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the guard around LangChain4j. It is there whether or not
 * LumoAuth is configured: annotated tools are never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class })
@ConditionalOnClass({ ToolService.class, LumoAuthAutoConfiguration.class })
public final class LumoAuthLangChain4jAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: AI services find what is
	 * installed.
	 */
	@Bean(initMethod = "install", destroyMethod = "close")
	@Lazy(false)
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LangChain4jGuard lumoAuthLangChain4jGuard(GuardFactory factory,
			ObjectProvider<CapabilityDecisions> decisions, ObjectProvider<GateSource> gates,
			ObjectProvider<LumoAuthAgent> agent, ObjectProvider<BudgetMonitor> budget) {
		return factory.create(RememberedBean.of(decisions), MethodGuardConfiguration.gates(gates), agent::getObject,
				budget::getIfAvailable, null, factory.guards().reports());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static GuardFactory lumoAuthLangChain4jGuardFactory(GuardRuntime guards, ObjectProvider<CurrentUser> user,
			ObjectProvider<ObservationRegistry> registry, Environment environment) {
		// Read directly: the guard exists before property beans are bound.
		return new GuardFactory(guards, RememberedBean.of(user),
				Binder.get(environment).bindOrCreate("lumoauth.tools", LumoAuthProperties.Tools.class),
				new CallObservations(RememberedBean.unique(registry, () -> ObservationRegistry.NOOP),
						new DefaultToolObservationConvention()));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ModelBeanPostProcessor lumoAuthLangChain4jModelPostProcessor(ObjectProvider<LangChain4jGuard> guard) {
		return new ModelBeanPostProcessor(RememberedBean.of(guard));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
	@Import(NamedGuards.class)
	static class NamedAgentsConfiguration {

	}

	static final class NamedGuards extends NamedAgentBeans {

		NamedGuards() {
			super("lumoAuthLangChain4jGuard", LangChain4jGuard.class);
		}

	}

	/**
	 * Creates the guards of agents, which differ only in who decides.
	 */
	record GuardFactory(GuardRuntime guards, Supplier<CurrentUser> user, LumoAuthProperties.Tools tools,
			CallObservations observations) implements AgentFeature {

		@Override
		public void addTo(AgentBuilder agent) {
			AgentIdentity identity = agent.identity();
			if (identity != null && identity.name() != null) {
				agent.provide(LangChain4jGuard.class,
						(runtime) -> create(() -> runtime.get(CapabilityDecisions.class), runtime::gates,
								() -> runtime.get(LumoAuthAgent.class), () -> runtime.get(BudgetMonitor.class),
								identity.name(), this.guards.reports().of(identity.clientId())));
			}
		}

		LangChain4jGuard create(Supplier<CapabilityDecisions> decisions, Supplier<List<Gate<?>>> gates,
				Supplier<LumoAuthAgent> agent, Supplier<@Nullable BudgetMonitor> budget, @Nullable String name,
				GuardReports reports) {
			return new LangChain4jGuard(new Guard(decisions, this.user, reports, this.observations, gates), agent,
					budget, this.tools.onDenied(), this.tools.hideDenied(),
					this.guards.register().place(GuardLayer.TOOL_CALLING_MANAGER, name));
		}

	}

}
