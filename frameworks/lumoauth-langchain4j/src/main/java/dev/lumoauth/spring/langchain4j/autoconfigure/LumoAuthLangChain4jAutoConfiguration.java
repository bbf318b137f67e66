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

import java.util.Optional;

import dev.langchain4j.service.tool.ToolService;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.tool.FrameworkGuards;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration for the guard around LangChain4j. It is there whether or not
 * LumoAuth is configured: annotated tools are never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class })
@ConditionalOnClass({ ToolService.class, LumoAuthAutoConfiguration.class })
@Import({ FrameworkGuards.class, LumoAuthLangChain4jAutoConfiguration.NamedGuards.class })
public final class LumoAuthLangChain4jAutoConfiguration {

	/**
	 * Looks up what decides with the first call, because it is installed before the
	 * application's beans are made: AI services find what is installed.
	 */
	@Bean(initMethod = "install", destroyMethod = "close")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingPart
	static LangChain4jGuard lumoAuthLangChain4jGuard(ObjectProvider<FrameworkGuards> guards,
			ObjectProvider<LumoAuthAgent> agent) {
		return new LangChain4jGuard(() -> guards.getObject().main(), agent::getObject,
				() -> guards.getObject().budget().get());
	}

	@Bean
	AgentFeature lumoAuthLangChain4jGuardFactory(FrameworkGuards guards) {
		return (agent) -> agent.provide(LangChain4jGuard.class,
				(runtime) -> new LangChain4jGuard(() -> guards.of(runtime), () -> runtime.get(LumoAuthAgent.class),
						() -> runtime.get(BudgetMonitor.class)));
	}

	/**
	 * Has the guard installed. One that the application makes itself is looked up later.
	 */
	@Bean
	static ModelBeanPostProcessor lumoAuthLangChain4jModelPostProcessor(ObjectProvider<LangChain4jGuard> guard,
			@Qualifier("lumoAuthLangChain4jGuard") Optional<LangChain4jGuard> installed) {
		return new ModelBeanPostProcessor(RememberedBean.of(guard));
	}

	static final class NamedGuards extends NamedAgentBeans {

		NamedGuards() {
			super("lumoAuthLangChain4jGuard", LangChain4jGuard.class);
		}

	}

}
