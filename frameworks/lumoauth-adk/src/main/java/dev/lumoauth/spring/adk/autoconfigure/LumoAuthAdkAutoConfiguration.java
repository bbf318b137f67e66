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

import java.util.function.Supplier;

import com.google.adk.plugins.Plugin;
import dev.lumoauth.spring.adk.LumoAuthAdk;
import dev.lumoauth.spring.adk.SessionUser;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.tool.FrameworkGuards;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
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
	 * Without an agent, there is no budget, and calls of annotated tools are refused.
	 */
	@Bean
	@ConditionalOnMissingPart
	LumoAuthAdk lumoAuthAdk(FrameworkGuards guards, ObjectProvider<LumoAuthTokens> tokens,
			ObjectProvider<SessionUser> users) {
		return new LumoAuthAdk(guards.main(), guards.budget(), tokens::getObject).withUsers(of(users));
	}

	@Bean
	AgentFeature lumoAuthAdkFactory(FrameworkGuards guards, ObjectProvider<SessionUser> users) {
		return (agent) -> agent.provide(LumoAuthAdk.class, (runtime) -> new LumoAuthAdk(guards.of(runtime),
				() -> runtime.get(BudgetMonitor.class), () -> runtime.get(LumoAuthTokens.class))
			.withUsers(of(users)));
	}

	private static SessionUser of(ObjectProvider<SessionUser> users) {
		Supplier<SessionUser> bean = RememberedBean.unique(users, () -> (session) -> null);
		return (session) -> bean.get().of(session);
	}

	static final class NamedAdks extends NamedAgentBeans {

		NamedAdks() {
			super("lumoAuthAdk", LumoAuthAdk.class);
		}

	}

}
