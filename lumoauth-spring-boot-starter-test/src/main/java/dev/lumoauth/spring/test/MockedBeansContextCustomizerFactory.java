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

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.bean.override.BeanOverrideHandler;
import org.springframework.util.ClassUtils;

/**
 * Tells the application context of a test class that overrides beans, such as by
 * {@code @MockitoBean}, which beans are mocks, with or without {@link WithAgent}.
 */
final class MockedBeansContextCustomizerFactory implements ContextCustomizerFactory {

	private static final boolean MOCKITO = ClassUtils.isPresent("org.mockito.Mockito",
			MockedBeansContextCustomizerFactory.class.getClassLoader());

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return (MOCKITO && overridesBeans(testClass)) ? new MockedBeansContextCustomizer() : null;
	}

	private static boolean overridesBeans(Class<?> testClass) {
		return !BeanOverrideHandler.forTestClass(testClass).isEmpty()
				|| (TestContextAnnotationUtils.searchEnclosingClass(testClass)
						&& overridesBeans(testClass.getEnclosingClass()));
	}

	private record MockedBeansContextCustomizer() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			registry.registerBeanDefinition("lumoAuthTestMockedBeans",
					new RootBeanDefinition(MockedBeans.class, MockedBeans::new));
		}

	}

}
