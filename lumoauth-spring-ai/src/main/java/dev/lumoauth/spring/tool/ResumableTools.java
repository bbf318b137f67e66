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
import java.util.List;
import java.util.function.Predicate;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Finds a tool by its name among the beans, for a call that waited for a person when the
 * application was restarted: tool callbacks, the tools of providers, and annotated
 * methods.
 */
final class ResumableTools implements ResumableCalls {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ToolGuard guard;

	/**
	 * Create the finder.
	 * @param beanFactory has the tools
	 * @param guard the guard
	 */
	ResumableTools(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		this.beanFactory = beanFactory;
		this.guard = guard;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * If two tools have the same name, only the approved one is found.
	 */
	@Override
	public @Nullable Action<? extends @Nullable Object, Throwable> find(Approval approval,
			Predicate<Object> isApproved) {
		List<ToolCallback> named = tools().stream()
			.filter((tool) -> tool.getToolDefinition().name().equals(approval.tool()))
			.map(this.guard::guard)
			.filter((tool) -> isOf(tool, isApproved))
			.toList();
		if (named.isEmpty()) {
			return null;
		}
		// If several callbacks are the same tool, any of them.
		ToolCallback tool = named.get(0);
		return () -> Conversation.call(approval.conversationId(), () -> tool.call(approval.arguments()));
	}

	private static boolean isOf(ToolCallback tool, Predicate<Object> isApproved) {
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		return guarded != null && isApproved.test(guarded);
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
		List<Object> found = new ArrayList<>();
		ReflectionUtils.doWithMethods(type, found::add, (method) -> method.isAnnotationPresent(Tool.class));
		return !found.isEmpty();
	}

}
