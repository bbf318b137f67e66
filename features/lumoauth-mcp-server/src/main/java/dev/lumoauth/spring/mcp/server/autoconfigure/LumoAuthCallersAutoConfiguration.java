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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.mcp.server.CallerDecisions;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;

/**
 * Auto-configuration for the decisions for the callers of the application's own MCP
 * server. Decisions are there whether or not there is an MCP server: guarded code can run
 * for a caller in a test as well.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
@Conditional(LumoAuthCallersAutoConfiguration.OnCallers.class)
public final class LumoAuthCallersAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	CallerDecisions lumoAuthCallerDecisions(AgentRuntimes agents, LumoAuthProperties properties,
			ObjectProvider<ObservationRegistry> registry, Environment environment) {
		CallerSettings settings = CallerSettings.of(environment);
		Assert.state(settings != null, "There are no callers to decide for");
		return settings.decisions(agents.main().get(LumoAuthConnector.class), properties,
				RememberedBean.unique(registry, () -> ObservationRegistry.NOOP));
	}

	@Bean
	AgentFeature lumoAuthCallersFeature(ObjectProvider<CallerDecisions> callers) {
		return (agent) -> agent.customize(CapabilityDecisions.class,
				(runtime, decisions) -> callers.getObject().or(decisions));
	}

	/**
	 * Matches if there are decisions for callers.
	 */
	static class OnCallers implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return CallerSettings.of(context.getEnvironment()) != null;
		}

	}

}
