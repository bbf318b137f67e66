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

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;

/**
 * A provider whose tools are guarded.
 *
 * @param provider finds the provider for each call
 * @param guarded puts the guard around a tool
 */
record GuardedToolProvider(Supplier<ToolProvider> provider,
		BiFunction<ToolSpecification, ToolExecutor, ToolExecutor> guarded) implements ToolProvider {

	@Override
	public ToolProviderResult provideTools(ToolProviderRequest request) {
		ToolProviderResult result = this.provider.get().provideTools(request);
		List<AiServiceTool> tools = (result != null) ? result.aiServiceTools() : List.of();
		return ToolProviderResult.builder().addAll(tools.stream().map(this::guarded).toList()).build();
	}

	private AiServiceTool guarded(AiServiceTool tool) {
		return tool.toBuilder().toolExecutor(this.guarded.apply(tool.toolSpecification(), tool.toolExecutor())).build();
	}

	@Override
	public boolean isDynamic() {
		return this.provider.get().isDynamic();
	}

}
