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

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Looks at the logins only where Spring Boot's module for Spring Security is there.
 */
final class KeptLogins implements ImportSelector, BeanClassLoaderAware {

	private @Nullable ClassLoader classLoader;

	@Override
	public void setBeanClassLoader(ClassLoader classLoader) {
		this.classLoader = classLoader;
	}

	@Override
	public String[] selectImports(AnnotationMetadata importing) {
		return ClassUtils.isPresent(KeptLogin.SERVLET, this.classLoader)
				? new String[] { ServletLogin.class.getName(), ReactiveLogin.class.getName() } : new String[0];
	}

	@Configuration(proxyBeanMethods = false)
	@KeptLogin(KeptLogin.SERVLET)
	static final class ServletLogin {

	}

	@Configuration(proxyBeanMethods = false)
	@KeptLogin(KeptLogin.REACTIVE)
	static final class ReactiveLogin {

	}

}
