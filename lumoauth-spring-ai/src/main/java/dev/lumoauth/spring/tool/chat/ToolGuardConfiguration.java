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

package dev.lumoauth.spring.tool.chat;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.method.GuardEnvironment;
import dev.lumoauth.spring.guard.method.StandIns;
import dev.lumoauth.spring.guard.observation.DefaultToolObservationConvention;
import dev.lumoauth.spring.tool.ToolBeansConfiguration;
import dev.lumoauth.spring.tool.ToolGuard;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * The guard in every place where a model can reach a tool: beans that are tools, the
 * managers and chat clients that run them, the application's own MCP server, and model
 * calls that get past all of those. Needs a bean of type {@link ToolGuard}, and
 * {@link dev.lumoauth.spring.guard.method.MethodGuardConfiguration}.
 *
 * @since 0.1.0
 */
@Configuration(proxyBeanMethods = false)
@Import(ToolBeansConfiguration.class)
public class ToolGuardConfiguration {

	/** The name of the bean that observes the calls of guarded tools. */
	public static final String OBSERVATIONS = "lumoAuthToolObservations";

	private static final String FALLBACK = "spring.ai.tools.resolution.fallback.enabled";

	/**
	 * Gets suppliers, because the registry is created with the watch over model calls,
	 * which needs the guard.
	 */
	@Bean(OBSERVATIONS)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CallObservations lumoAuthToolObservations(ObjectProvider<ObservationRegistry> registry) {
		return new CallObservations(RememberedBean.unique(registry, () -> ObservationRegistry.NOOP),
				new DefaultToolObservationConvention());
	}

	@Bean
	static ToolCallingPostProcessor lumoAuthToolCallingPostProcessor(ObjectProvider<ToolGuard> guard,
			ObjectProvider<ToolCallbackResolver> resolver, ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<StandIns> standIns, ObjectProvider<GuardEnvironment> guarded,
			ConfigurableListableBeanFactory beanFactory, Environment environment) {
		Function<String, @Nullable ToolCallback> fallback = (name) -> {
			ToolCallbackResolver available = environment.getProperty(FALLBACK, Boolean.class, false)
					? resolver.getIfUnique() : null;
			return (available != null) ? available.resolve(name) : null;
		};
		return new ToolCallingPostProcessor(RememberedBean.of(guard), fallback,
				new GuardedModels(beanFactory, registry, standIns, guarded));
	}

	@Bean
	ModelCallWatch lumoAuthModelCallWatch(ToolGuard guard) {
		return new ModelCallWatch(guard);
	}

	/**
	 * Loaded only where there are chat clients.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnChatClient.class)
	static class ChatClientConfiguration {

		private static final String LOOP_ORDER = "spring.ai.chat.client.tool-calling.advisor-order";

		@Bean
		ChatClientBuilderCustomizer lumoAuthToolGuardCustomizer(ToolGuard guard, Environment environment) {
			return (builder) -> GuardingAdvisor.addTo(builder, guard, loopOrder(environment));
		}

		@Bean
		static ChatClientPostProcessor lumoAuthChatClientPostProcessor(ObjectProvider<ToolGuard> guard,
				Environment environment) {
			Supplier<ToolGuard> remembered = RememberedBean.of(guard);
			return new ChatClientPostProcessor(
					(builder) -> GuardingAdvisor.addTo(builder, remembered.get(), loopOrder(environment)));
		}

		private static int loopOrder(Environment environment) {
			return environment.getProperty(LOOP_ORDER, Integer.class, ToolCallingAdvisor.DEFAULT_ORDER);
		}

	}

	static class OnChatClient implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return ClassUtils.isPresent("org.springframework.ai.chat.client.ChatClient", context.getClassLoader())
					&& ClassUtils.isPresent("org.springframework.ai.chat.client.ChatClientBuilderCustomizer",
							context.getClassLoader());
		}

	}

}
