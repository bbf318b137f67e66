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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.guard.IdentifiedCode;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Finds tools by their name among the beans, for calls that are made again without a
 * chat: tool callbacks, the tools of providers, and annotated methods.
 *
 * @since 0.1.0
 */
public final class GuardedBeanTools {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ToolGuard guard;

	/**
	 * Create the finder.
	 * @param beanFactory has the tools
	 * @param guard the guard
	 */
	GuardedBeanTools(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		this.beanFactory = beanFactory;
		this.guard = guard;
	}

	/**
	 * Find the tools of a name. If several beans have a tool of that name, all are found.
	 * @param name the name
	 * @return the tools, each behind its guard, by the code that identifies the tool
	 */
	public Map<IdentifiedCode, ToolCallback> named(String name) {
		Map<IdentifiedCode, ToolCallback> named = new LinkedHashMap<>();
		for (ToolCallback tool : tools()) {
			if (tool.getToolDefinition().name().equals(name)) {
				ToolCallback guarded = this.guard.guard(tool);
				GuardedToolCallback code = GuardedToolCallback.around(guarded);
				if (code != null) {
					named.put(code, guarded);
				}
			}
		}
		return named;
	}

	private List<ToolCallback> tools() {
		List<ToolCallback> tools = new ArrayList<>(
				this.beanFactory.getBeansOfType(ToolCallback.class, false, false).values());
		this.beanFactory.getBeansOfType(ToolCallbackProvider.class, false, false)
			.values()
			.forEach((provider) -> tools.addAll(List.of(provider.getToolCallbacks())));
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			Class<?> type = this.beanFactory.getType(name, false);
			if (this.beanFactory.isSingleton(name) && type != null
					&& this.guard.requirements().types().mentions(type)) {
				Object bean = this.beanFactory.getBean(name);
				if (hasToolMethod(AopUtils.getTargetClass(bean))) {
					tools.addAll(List.of(ToolCallbacks.from(bean)));
				}
			}
		}
		return tools;
	}

	private static boolean hasToolMethod(Class<?> type) {
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.anyMatch((method) -> method.isAnnotationPresent(Tool.class));
	}

}
