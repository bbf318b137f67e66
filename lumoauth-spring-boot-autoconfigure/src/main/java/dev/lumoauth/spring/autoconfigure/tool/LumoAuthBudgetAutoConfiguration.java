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

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.chat.ChatBudget;
import io.micrometer.observation.ObservationHandler;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration for the enforcement of the agent's budget on the model calls of
 * Spring AI.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass({ ChatModelObservationContext.class, Flux.class })
@ConditionalOnActivation(Activation.CONFIGURED)
@ConditionalOnBean(BudgetMonitor.class)
public final class LumoAuthBudgetAutoConfiguration {

	/**
	 * The model calls of the auto-configured {@code ChatClient.Builder}.
	 */
	@Lazy
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ChatClient.class)
	static class ChatClientConfiguration {

		private static final String ADVISOR = "lumoAuthBudgetAdvisor";

		@Bean(ADVISOR)
		@ConditionalOnMissingBean(name = ADVISOR, search = SearchStrategy.CURRENT)
		Advisor lumoAuthBudgetAdvisor(BudgetMonitor monitor, ObjectProvider<TokenCountEstimator> tokenCounter) {
			return ChatBudget.advisor(monitor, tokenCounter.getIfUnique());
		}

		@Bean
		ChatClientBuilderCustomizer lumoAuthBudgetChatClientBuilderCustomizer(@Qualifier(ADVISOR) Advisor advisor) {
			return (builder) -> builder.defaultAdvisors(advisor);
		}

	}

	/**
	 * All other model calls.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationHandler.class)
	static class ChatModelConfiguration {

		/**
		 * Static, with suppliers as arguments: the handlers are created with the
		 * registry, and the beans that the monitor needs are created with the registry
		 * too.
		 */
		@Bean
		@ConditionalOnMissingBean(name = "lumoAuthBudgetObservationHandler", search = SearchStrategy.CURRENT)
		static ObservationHandler<ChatModelObservationContext> lumoAuthBudgetObservationHandler(
				ObjectProvider<BudgetMonitor> monitor, ObjectProvider<TokenCountEstimator> tokenCounter) {
			return ChatBudget.observationHandler(monitor::getObject, tokenCounter::getIfUnique);
		}

	}

}
