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

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;

/**
 * Puts the guard around beans that are, or give out, tool callbacks.
 */
final class GuardedBeans {

	private final ToolGuard guard;

	GuardedBeans(ToolGuard guard) {
		this.guard = guard;
	}

	/**
	 * Guard a bean that is a tool callback.
	 * @param tool the bean
	 * @param ofFactoryMethod what the {@code @Bean} method that made it asks for
	 * @return the bean, or what stands in its place
	 */
	ToolCallback callback(ToolCallback tool, @Nullable ToolTerms ofFactoryMethod) {
		ToolCallback guarded = guarded(tool, ofFactoryMethod);
		return (guarded != tool) ? BeanReplacement.of(tool, guarded) : tool;
	}

	/**
	 * Guard a bean that gives out tool callbacks.
	 * @param provider the bean
	 * @param ofFactoryMethod what the {@code @Bean} method that made it asks for
	 * @return the bean, or what stands in its place
	 */
	ToolCallbackProvider provider(ToolCallbackProvider provider, @Nullable ToolTerms ofFactoryMethod) {
		ToolCallbackProvider guarded = () -> Arrays.stream(provider.getToolCallbacks())
			.map((tool) -> guarded(tool, ofFactoryMethod))
			.toArray(ToolCallback[]::new);
		return BeanReplacement.of(provider, guarded);
	}

	/**
	 * Guard a bean that is a list of tool callbacks.
	 * @param tools the bean
	 * @param ofFactoryMethod what the {@code @Bean} method that made it asks for
	 * @return the list, or one in its place
	 */
	List<ToolCallback> list(List<ToolCallback> tools, @Nullable ToolTerms ofFactoryMethod) {
		List<ToolCallback> guarded = tools.stream().map((tool) -> guarded(tool, ofFactoryMethod)).toList();
		for (int i = 0; i < tools.size(); i++) {
			if (guarded.get(i) != tools.get(i)) {
				return guarded;
			}
		}
		return tools;
	}

	/**
	 * What the tool itself asks for and what its {@code @Bean} method asks for are both
	 * needed.
	 */
	private ToolCallback guarded(ToolCallback tool, @Nullable ToolTerms ofFactoryMethod) {
		ToolCallback guarded = this.guard.guard(tool);
		return (ofFactoryMethod != null) ? this.guard.guard(guarded, ofFactoryMethod) : guarded;
	}

}
