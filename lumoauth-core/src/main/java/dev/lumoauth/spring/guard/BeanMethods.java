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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.type.MethodMetadata;

/**
 * Finds the {@code @Bean} methods of beans, without creating the beans.
 */
final class BeanMethods {

	private BeanMethods() {
	}

	static @Nullable GuardTerms terms(ConfigurableListableBeanFactory beanFactory, String beanName,
			GuardTermsFinder finder) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (!beanFactory.containsBeanDefinition(name)) {
			return null;
		}
		Method method = find(beanFactory, name);
		if (method == null) {
			return fromMetadata(beanFactory.getBeanDefinition(name));
		}
		// Cheaper for all the methods of a class than the search for each of them.
		return finder.mentions(method.getDeclaringClass()) ? finder.findOnMethod(method, method.getDeclaringClass())
				: null;
	}

	static @Nullable Method find(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!(beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
			return null;
		}
		if (definition.getResolvedFactoryMethod() == null && definition.getFactoryMethodName() != null) {
			// Predicting the type resolves the method.
			beanFactory.getType(name, false);
		}
		return definition.getResolvedFactoryMethod();
	}

	/**
	 * There are several methods of that name. Which of them it is becomes known when the
	 * bean is created.
	 */
	private static @Nullable GuardTerms fromMetadata(BeanDefinition definition) {
		MethodMetadata metadata = (definition instanceof AnnotatedBeanDefinition annotated)
				? annotated.getFactoryMethodMetadata() : null;
		if (metadata == null) {
			return null;
		}
		return TermReaders.read(TermPlace.of(metadata),
				(annotation) -> List.of(new TermReaders.Found(TermPlace.of(metadata), metadata.getAnnotations())));
	}

}
