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

package dev.lumoauth.spring.approval.process;

import java.util.Arrays;
import java.util.function.Function;

import dev.lumoauth.spring.guard.IdentifiedCode;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Knows the singletons of an application by their names, which are the same after a
 * restart and in each replica.
 */
record BeanNames(ConfigurableListableBeanFactory beanFactory) implements Function<Object, @Nullable String> {

	/**
	 * Return the name of the bean that an object is, or that stands around it as a proxy
	 * or as the guard of a tool.
	 * @param object any object
	 * @return the name, or {@code null} if the object is no singleton
	 */
	@Override
	public @Nullable String apply(Object object) {
		return Arrays.stream(this.beanFactory.getSingletonNames())
			.filter(this.beanFactory::containsSingleton) // not one that is being created
			.filter((name) -> isOrHolds(this.beanFactory.getSingleton(name), object))
			.sorted()
			.findFirst()
			.orElse(null);
	}

	private static boolean isOrHolds(@Nullable Object bean, Object object) {
		if (bean == null || bean == object) {
			return bean != null;
		}
		if (bean instanceof IdentifiedCode code) {
			return code.identity().stream().anyMatch((each) -> each == object);
		}
		Object target = AopProxyUtils.getSingletonTarget(bean);
		return target != null && isOrHolds(target, object);
	}

}
