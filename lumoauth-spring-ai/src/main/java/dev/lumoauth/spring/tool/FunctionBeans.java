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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardTerms;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Description;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

/**
 * Finds the function beans that require a capability or act for the user, and creates
 * tool callbacks for them.
 */
final class FunctionBeans {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ToolGuard guard;

	private final ToolRequirements requirements;

	FunctionBeans(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		this.beanFactory = beanFactory;
		this.guard = guard.in(GuardLayer.FUNCTION_BEAN);
		this.requirements = guard.requirements();
	}

	/**
	 * Return the tools, each behind its guard.
	 */
	List<ToolCallback> tools() {
		List<ToolCallback> found = new ArrayList<>();
		for (Class<?> type : WrapperFields.FUNCTIONS) {
			for (String name : this.beanFactory.getBeanNamesForType(type, true, false)) {
				if (isTool(name)) {
					found.add(tool(name, type));
				}
			}
		}
		return found;
	}

	/**
	 * The tool of a scoped function calls the proxy, and has the name of the proxy.
	 */
	private boolean isTool(String name) {
		if (ScopedProxyUtils.isScopedTarget(name)) {
			return false;
		}
		Class<?> type = this.beanFactory.getType(name, false);
		return this.requirements.ofBeanMethod(this.beanFactory, name) != null
				|| (type != null && this.requirements.types().all(type).ofType() != null);
	}

	/**
	 * The bean itself is called, with its proxies. The terms of its {@code @Bean} method,
	 * its class and its method add up.
	 */
	private ToolCallback tool(String name, Class<?> functionType) {
		Object bean = this.beanFactory.getBean(name);
		ToolMethod function = new ToolMethod(functionalMethod(functionType), bean);
		GuardTerms own = this.requirements.types().through(functionType, function.type()).terms();
		GuardTerms terms = GuardTerms.both(this.requirements.ofBeanMethod(this.beanFactory, name), own);
		return this.guard.guardFunction(callback(name, functionType, bean), Objects.requireNonNull(terms), function);
	}

	private static Method functionalMethod(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()))
			.findFirst()
			.orElseThrow();
	}

	private ToolCallback callback(String name, Class<?> functionType, Object function) {
		if (function instanceof Supplier<?> supplier) {
			return FunctionToolCallback.builder(name, supplier).description(description(name)).build();
		}
		Type inputType = inputType(name, functionType);
		return builder(name, function).description(description(name)).inputType(inputType).build();
	}

	@SuppressWarnings("unchecked")
	private static FunctionToolCallback.Builder<?, ?> builder(String name, Object function) {
		if (function instanceof BiFunction<?, ?, ?> biFunction) {
			return FunctionToolCallback.builder(name, (BiFunction<Object, ToolContext, Object>) biFunction);
		}
		if (function instanceof Consumer<?> consumer) {
			return FunctionToolCallback.builder(name, (Consumer<Object>) consumer);
		}
		return FunctionToolCallback.builder(name, (Function<Object, Object>) function);
	}

	private String description(String name) {
		// Not that of the definition, in which code that was generated ahead of time has
		// none.
		Description description = this.beanFactory.findAnnotationOnBean(name, Description.class, false);
		return (description != null && StringUtils.hasText(description.value())) ? description.value() : name;
	}

	private Type inputType(String name, Class<?> functionType) {
		ResolvableType input = declared(name).as(functionType).getGeneric(0);
		if (input.resolve() == null || input.resolve() == Object.class) {
			throw new GuardConfigurationException(
					"The function bean '" + name
							+ "' is a tool by its annotation, but the type of its input is not known.",
					"Declare its @Bean method with type arguments, such as " + functionType.getSimpleName()
							+ "<Query, Answer>.");
		}
		return input.getType();
	}

	private ResolvableType declared(String name) {
		String target = ScopedProxyUtils.getTargetBeanName(name);
		String defined = this.beanFactory.containsBeanDefinition(target) ? target : name;
		// Predicting the type resolves the method of a bean that doesn't exist yet.
		this.beanFactory.getType(defined, false);
		return this.beanFactory.getMergedBeanDefinition(defined).getResolvableType();
	}

}
