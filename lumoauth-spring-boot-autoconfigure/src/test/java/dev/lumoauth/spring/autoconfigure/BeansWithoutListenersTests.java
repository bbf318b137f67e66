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

package dev.lumoauth.spring.autoconfigure;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilitySource;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BeansWithoutListeners}.
 */
class BeansWithoutListenersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer(new BeansWithoutListeners())
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret");

	@Test
	void theBeansThatSpringPassesOverHaveNoListeners() {
		this.runner.run((context) -> {
			ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
			assertThat(Arrays.stream(beanFactory.getBeanDefinitionNames())
				.filter((name) -> isPassedOver(beanFactory, name)))
				.contains("lumoAuthClient", "lumoAuthAgent", "lumoAuthAgentRuntimes", "lumoAuthBudgetMonitor",
						"lumoAuthCurrentUser", "lumoAuthGuardRuntime")
				.allSatisfy((name) -> assertThat(listeners(beanFactory.getBean(name).getClass())).isEmpty());
		});
	}

	@Test
	void listenersOfTheApplicationAreFound() {
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			assertThat(context).hasSingleBean(CapabilitySource.class);
			assertThat(context.getBean(ListeningSource.class).events).hasValue(1);
		});
	}

	private static boolean isPassedOver(ConfigurableListableBeanFactory beanFactory, String name) {
		return beanFactory.getMergedBeanDefinition(name)
			.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE) == Object.class;
	}

	private static Map<?, ?> listeners(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<EventListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, EventListener.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		ListeningSource lumoAuthCapabilitySource() {
			return new ListeningSource();
		}

	}

	static class ListeningSource implements CapabilitySource {

		private final AtomicInteger events = new AtomicInteger();

		@Override
		public Map<String, Boolean> ask(Collection<String> capabilities) {
			return Map.of();
		}

		@EventListener
		void on(ContextRefreshedEvent event) {
			this.events.incrementAndGet();
		}

	}

}
