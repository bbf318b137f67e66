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

import java.lang.reflect.Method;

import dev.lumoauth.spring.guard.method.GuardEnvironment;
import dev.lumoauth.spring.guard.method.StandIns;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * The parts of the application that decide whether its chat models are watched.
 *
 * @param beanFactory the bean factory that defines them
 * @param registry the registry that observes them
 * @param standIns recognizes beans that a test has replaced
 * @param environment says whether decisions are configured
 */
record GuardedModels(ConfigurableListableBeanFactory beanFactory, ObjectProvider<ObservationRegistry> registry,
		ObjectProvider<StandIns> standIns, ObjectProvider<GuardEnvironment> environment) {

	/**
	 * Return the registry by which model calls are observed, if there is one.
	 */
	@Nullable ObservationRegistry observationRegistry() {
		return this.registry.getIfUnique();
	}

	/**
	 * Return the {@code @Bean} method that makes a bean, if there is one.
	 */
	@Nullable Method factoryMethod(String beanName) {
		return (this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
						? definition.getResolvedFactoryMethod() : null;
	}

	/**
	 * Return whether a test has replaced a bean by an object that runs none of the code
	 * of its class.
	 */
	boolean isStandIn(Object bean) {
		return this.standIns.stream().anyMatch((each) -> each.contains(bean));
	}

	/**
	 * Return whether the application must not start if a chat model bypasses the guard;
	 * otherwise that is only logged.
	 */
	boolean isGuarded() {
		GuardEnvironment available = this.environment.getIfAvailable();
		return available == null || available.isConfigured();
	}

}
