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

package dev.lumoauth.spring.method;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Recognizes what the guard around tools takes care of. By name: this package knows
 * nothing of Spring AI.
 */
final class ToolBeans {

	private static final Set<String> TYPES = Set.of("org.springframework.ai.tool.ToolCallback",
			"org.springframework.ai.tool.ToolCallbackProvider");

	private ToolBeans() {
	}

	static boolean isTool(Object bean) {
		if (bean instanceof Collection<?> collection) {
			return !collection.isEmpty() && collection.stream().allMatch((each) -> isToolType(each.getClass()));
		}
		return isToolType(bean.getClass());
	}

	private static boolean isToolType(@Nullable Class<?> type) {
		return type != null && (TYPES.contains(type.getName()) || isToolType(type.getSuperclass())
				|| Arrays.stream(type.getInterfaces()).anyMatch(ToolBeans::isToolType));
	}

}
