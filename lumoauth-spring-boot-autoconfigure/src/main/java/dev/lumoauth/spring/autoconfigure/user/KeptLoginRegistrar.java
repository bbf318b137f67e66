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

package dev.lumoauth.spring.autoconfigure.user;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * Registers the beans of {@link KeptLogin}, which Spring Boot's own methods create.
 */
record KeptLoginRegistrar(ResourceLoader resourceLoader) implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		String login = metadata.getAnnotations().get(KeptLogin.class).getString("value");
		registry.registerBeanDefinition(login, new RootBeanDefinition(login));
		for (MethodMetadata method : read(login, this.resourceLoader).getAnnotatedMethods(Bean.class.getName())) {
			RootBeanDefinition bean = new RootBeanDefinition();
			bean.setFactoryBeanName(login);
			bean.setFactoryMethodName(method.getMethodName());
			bean.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
			registry.registerBeanDefinition(method.getMethodName(), bean);
		}
	}

	/**
	 * Read a class without loading it.
	 */
	static AnnotationMetadata read(String className, ResourceLoader resourceLoader) {
		try {
			return MetadataReaderFactory.create(resourceLoader).getMetadataReader(className).getAnnotationMetadata();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
