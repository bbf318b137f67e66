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

package dev.lumoauth.spring.adk.autoconfigure;

import java.util.Map;
import java.util.function.Supplier;

import com.google.adk.plugins.Plugin;
import dev.lumoauth.spring.adk.LumoAuthAdk;
import dev.lumoauth.spring.adk.SessionUser;
import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.tool.FrameworkGuards;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration for the guard around Google's ADK. It is there whether or not
 * LumoAuth is configured: annotated tools are never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class })
@ConditionalOnClass({ Plugin.class, LumoAuthAutoConfiguration.class })
@Import({ FrameworkGuards.class, LumoAuthAdkAutoConfiguration.NamedAdks.class })
public final class LumoAuthAdkAutoConfiguration {

	/**
	 * Without an agent, there is no budget, and calls of annotated tools are refused. One
	 * of several budgets has to be the primary one.
	 */
	@Bean
	@ConditionalOnMissingBean
	LumoAuthAdk lumoAuthAdk(Factory factory, ObjectProvider<BudgetMonitor> budget,
			ObjectProvider<LumoAuthTokens> tokens) {
		return factory.create(factory.guards.main(),
				() -> budget.getIfAvailable(() -> BudgetMonitor.builder(Map::of, Runnable::run).build()),
				tokens::getObject);
	}

	@Bean
	Factory lumoAuthAdkFactory(FrameworkGuards guards, ObjectProvider<SessionUser> users,
			LumoAuthProperties properties) {
		return new Factory(guards, RememberedBean.unique(users, () -> (session) -> null), properties.tools());
	}

	static final class NamedAdks extends NamedAgentBeans {

		NamedAdks() {
			super("lumoAuthAdk", LumoAuthAdk.class);
		}

	}

	/**
	 * Creates those of agents, which differ only in who decides.
	 */
	record Factory(FrameworkGuards guards, Supplier<SessionUser> users,
			LumoAuthProperties.Tools tools) implements AgentFeature {

		@Override
		public void addTo(AgentBuilder agent) {
			agent.provide(LumoAuthAdk.class, (runtime) -> create(this.guards.of(runtime),
					() -> runtime.get(BudgetMonitor.class), () -> runtime.get(LumoAuthTokens.class)));
		}

		LumoAuthAdk create(Guard guard, Supplier<BudgetMonitor> budget, Supplier<LumoAuthTokens> tokens) {
			return new LumoAuthAdk(guard, budget, tokens, this.tools.onDenied(), this.tools.hideDenied())
				.withUsers((session) -> this.users.get().of(session));
		}

	}

}
