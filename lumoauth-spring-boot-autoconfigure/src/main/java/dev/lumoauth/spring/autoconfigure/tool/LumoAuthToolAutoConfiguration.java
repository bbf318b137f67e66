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

package dev.lumoauth.spring.autoconfigure.tool;

import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.tool.LumoAuthFunctionTools;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.tool.ToolPolicy;
import dev.lumoauth.spring.tool.chat.ToolGuardConfiguration;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts the guard around Spring AI's tools, in every place where a model can reach one.
 * The guard is active whether or not LumoAuth is configured: annotated tools are never
 * open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class },
		beforeName = { "org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration",
				"org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration" })
@ConditionalOnClass({ ToolCallback.class, ToolCallingManager.class })
@Import(ToolGuardConfiguration.class)
public final class LumoAuthToolAutoConfiguration {

	@Bean
	@ConditionalOnMissingPart
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ToolGuard lumoAuthToolGuard(ToolGuardFactory factory, ObjectProvider<CapabilityDecisions> decisions,
			ObjectProvider<GateSource> gates) {
		return factory.createLate(RememberedBean.of(decisions), MethodGuardConfiguration.gates(gates));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ToolGuardFactory lumoAuthToolGuardFactory(GuardRuntime guards, ObjectProvider<ToolPolicy> policies,
			ObjectProvider<CurrentUser> user,
			@Qualifier(ToolGuardConfiguration.OBSERVATIONS) CallObservations observations, Environment environment) {
		// Read directly: the guard exists before property beans are bound.
		LumoAuthProperties.Tools tools = Binder.get(environment)
			.bindOrCreate("lumoauth.tools", LumoAuthProperties.Tools.class);
		return new ToolGuardFactory(guards, SingletonSupplier.of(() -> policies.orderedStream().toList()),
				RememberedBean.of(user), tools, observations);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
	@Import(NamedToolGuards.class)
	static class NamedAgentsConfiguration {

	}

	static final class NamedToolGuards extends NamedAgentBeans {

		NamedToolGuards() {
			super("lumoAuthToolGuard", ToolGuard.class);
		}

	}

	/**
	 * An application that injects a single {@code ToolCallbackProvider} means its own, or
	 * that of its MCP clients.
	 */
	@Bean
	@ConditionalOnMissingPart
	@Fallback
	LumoAuthFunctionTools lumoAuthFunctionTools(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		return new LumoAuthFunctionTools(beanFactory, guard);
	}

	/**
	 * The watch over the offered tools, and the budget, see the calls of chat models only
	 * through an {@link ObservationRegistry}. Where Spring Boot's own module for
	 * observations is missing, there is one all the same.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnMissingClass("org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ObservationRegistry lumoAuthObservationRegistry() {
			return ObservationRegistry.create();
		}

		/**
		 * For the application's own registry too.
		 */
		@Bean
		static ObservationHandlersPostProcessor lumoAuthObservationHandlersPostProcessor(
				ObjectProvider<ObservationHandler<?>> handlers) {
			return new ObservationHandlersPostProcessor(handlers);
		}

	}

}
