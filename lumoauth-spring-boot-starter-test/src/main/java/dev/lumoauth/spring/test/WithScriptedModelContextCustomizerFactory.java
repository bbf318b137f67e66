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
import org.springframework.ai.chat.model.ChatModel;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Replaces the chat models of test classes with {@link WithScriptedModel}.
 */
final class WithScriptedModelContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return TestContextAnnotationUtils.hasAnnotation(testClass, WithScriptedModel.class)
				? new WithScriptedModelContextCustomizer() : null;
	}

	private record WithScriptedModelContextCustomizer() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("lumoAuthTestScriptedModels",
					new RootBeanDefinition(ReplacedModels.class, ReplacedModels::new));
		}

	}

	/**
	 * Runs when all of the application's beans are known. Unlike the instance of a bean
	 * override, the replacement is a bean like any other: what watches models watches it.
	 */
	private static final class ReplacedModels implements BeanFactoryPostProcessor, PriorityOrdered {

		@Override
		public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
			String[] models = beanFactory.getBeanNamesForType(ChatModel.class, true, false);
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beanFactory;
			if (models.length == 0) {
				registry.registerBeanDefinition("scriptedChatModel", scripted());
			}
			for (String model : models) {
				if (beanFactory.containsBeanDefinition(model)
						&& !beanFactory.isTypeMatch(model, ScriptedChatModel.class)) {
					replace(registry, model);
				}
			}
		}

		private static void replace(BeanDefinitionRegistry registry, String name) {
			BeanDefinition replaced = registry.getBeanDefinition(name);
			RootBeanDefinition replacement = scripted();
			replacement.setPrimary(replaced.isPrimary());
			replacement.setFallback(replaced.isFallback());
			replacement.setAutowireCandidate(replaced.isAutowireCandidate());
			if (replaced instanceof AbstractBeanDefinition definition) {
				replacement.setDefaultCandidate(definition.isDefaultCandidate());
				replacement.copyQualifiersFrom(definition);
			}
			if (replaced instanceof AnnotatedBeanDefinition definition) {
				addQualifiers(replacement, (definition.getFactoryMethodMetadata() != null)
						? definition.getFactoryMethodMetadata() : definition.getMetadata());
			}
			registry.removeBeanDefinition(name);
			registry.registerBeanDefinition(name, replacement);
		}

		/**
		 * A replacement has neither the method nor the class that the annotations are on.
		 */
		private static void addQualifiers(RootBeanDefinition replacement, AnnotatedTypeMetadata replaced) {
			replaced.getAnnotations()
				.stream()
				.filter((each) -> each.getRoot() == each && (each.getType().getName().equals(Qualifier.class.getName())
						|| MergedAnnotations.from(each.getType()).isPresent(Qualifier.class)))
				.forEach((each) -> {
					AutowireCandidateQualifier qualifier = new AutowireCandidateQualifier(each.getType());
					each.asMap().forEach(qualifier::setAttribute);
					replacement.addQualifier(qualifier);
				});
		}

		private static RootBeanDefinition scripted() {
			return new RootBeanDefinition(ScriptedChatModel.class, ScriptedChatModel::new);
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

}
