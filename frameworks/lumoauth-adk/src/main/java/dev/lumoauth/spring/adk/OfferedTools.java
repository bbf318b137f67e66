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

package dev.lumoauth.spring.adk;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.google.adk.models.LlmRequest;
import com.google.adk.tools.BaseTool;
import com.google.genai.types.Tool;
import dev.lumoauth.spring.guard.tool.ToolOffer;
import org.jspecify.annotations.Nullable;

/**
 * The tools of a request to a model. A tool that the model is not offered stays in the
 * request, so that a model that calls it nevertheless is told why it can't.
 */
final class OfferedTools {

	private OfferedTools() {
	}

	/**
	 * Hide the tools that the agent may not use now.
	 * @param request the request
	 * @param guards returns the guard around a tool, or {@code null} for none
	 */
	static void hide(LlmRequest.Builder request, Function<BaseTool, @Nullable GuardedTool> guards) {
		LlmRequest built = request.build();
		Set<String> hidden = hidden(built.tools().values(), guards);
		if (!hidden.isEmpty()) {
			built.config()
				.filter((config) -> config.tools().isPresent())
				.ifPresent((config) -> request
					.config(config.toBuilder().tools(without(config.tools().orElseThrow(), hidden)).build()));
			built.liveConnectConfig()
				.tools()
				.ifPresent((tools) -> request
					.liveConnectConfig(built.liveConnectConfig().toBuilder().tools(without(tools, hidden)).build()));
		}
	}

	/**
	 * Return the names of the tools that the agent may not use now. Everything that is
	 * not known is asked in one request.
	 */
	static Set<String> hidden(Collection<BaseTool> tools, Function<BaseTool, @Nullable GuardedTool> guards) {
		ToolOffer<BaseTool> offer = new ToolOffer<>();
		for (BaseTool tool : tools) {
			GuardedTool guarded = guards.apply(tool);
			if (guarded != null && guarded.calls.framework().hideDenied()) {
				offer.add(tool, guarded.call.terms(), guarded.calls.framework().calls());
			}
		}
		return offer.hidden().stream().map(BaseTool::name).collect(Collectors.toSet());
	}

	private static List<Tool> without(List<Tool> tools, Set<String> hidden) {
		Tool empty = Tool.builder().functionDeclarations(List.of()).build();
		return tools.stream().map((tool) -> without(tool, hidden)).filter((tool) -> !tool.equals(empty)).toList();
	}

	private static Tool without(Tool tool, Set<String> hidden) {
		return tool.functionDeclarations()
			.map((all) -> all.stream().filter((each) -> !hidden.contains(each.name().orElse(""))).toList())
			.map((offered) -> tool.toBuilder().functionDeclarations(offered).build())
			.orElse(tool);
	}

}
