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

package dev.lumoauth.spring.langchain4j;

import java.lang.reflect.Method;
import java.util.Set;

import dev.lumoauth.spring.guard.ToolFramework;

import org.springframework.core.annotation.MergedAnnotations;

/**
 * LangChain4j, by names: it may be missing. None of its types is a tool: executors and
 * providers that are beans are guarded like other beans, and what they give out is
 * guarded where an AI service takes it. The guard is around each tool that a service
 * calls.
 */
final class LangChain4j implements ToolFramework {

	private static final String ROOT = "dev.langchain4j.";

	private static final Set<String> HANDED_OVER = Set.of(ROOT + "invocation.InvocationParameters",
			ROOT + "invocation.InvocationContext");

	@Override
	public boolean isTool(Method method) {
		return MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY)
			.isPresent(ROOT + "agent.tool.Tool");
	}

	@Override
	public boolean isHandedOver(Class<?> type) {
		return HANDED_OVER.contains(type.getName());
	}

}
