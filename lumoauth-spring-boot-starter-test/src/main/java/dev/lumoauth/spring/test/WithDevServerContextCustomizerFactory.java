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

package dev.lumoauth.spring.test;

import java.util.List;

import dev.lumoauth.spring.agent.AgentRuntimes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.Assert;

/**
 * Connects the application context of test classes with {@link WithDevServer} to a dev
 * server, and does not change other contexts.
 */
final class WithDevServerContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		WithDevServer annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, WithDevServer.class);
		if (annotation == null) {
			return null;
		}
		Assert.state(!WithAgentAnnotations.isAny(testClass),
				() -> testClass.getName()
						+ " has both @WithDevServer and @WithAgent. @WithDevServer answers over HTTP, and @WithAgent "
						+ "from memory: use one of them");
		return new WithDevServerContextCustomizer(annotation.config());
	}

	/**
	 * Equal if the server is the same.
	 */
	private record WithDevServerContextCustomizer(String config) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			DevServerProcess process = DevServerProcess.start(this.config);
			TestProperties.addConnection(context.getEnvironment(), process.connection());
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			ReplacedConnectionDetails.register(registry, "lumoAuthTestConnectionDetails", process.connection());
			registry.registerBeanDefinition("lumoAuthDevServer",
					new RootBeanDefinition(LumoAuthDevServer.class, () -> new LumoAuthDevServer(process,
							new AgentMemory(context.getBeanFactory().getBeanProvider(AgentRuntimes.class)))));
			registry.registerBeanDefinition("lumoAuthTestAutoConfigurations",
					new RootBeanDefinition(LumoAuthAutoConfigurations.class));
		}

	}

}
