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

import java.util.Map;

import com.google.adk.agents.InvocationContext;
import com.google.adk.plugins.Plugin;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.ToolContext;
import io.reactivex.rxjava3.core.Single;

/**
 * The run of an agent as a tool. It has a runner of its own, with the plugins of this run
 * only if the tool was made so. Whether it was shows when the tool asks for the plugins,
 * before anything runs.
 */
final class AgentRun extends InvocationContext {

	private boolean plugged;

	private AgentRun(InvocationContext context) {
		super(context.toBuilder());
	}

	@Override
	public Plugin pluginManager() {
		this.plugged = true;
		return super.pluginManager();
	}

	/**
	 * Run a tool. If it is an agent, and this run has LumoAuth's plugin, the run of that
	 * agent must have it too.
	 */
	static Single<Map<String, Object>> of(BaseTool tool, Map<String, Object> arguments, ToolContext context) {
		InvocationContext invocation = context.invocationContext();
		if (!(tool instanceof AgentTool) || !LumoAuthPlugin.isIn(invocation)) {
			return tool.runAsync(arguments, context);
		}
		AgentRun run = new AgentRun(invocation);
		Single<Map<String, Object>> result = tool.runAsync(arguments,
				ToolContext.builder(run)
					.actions(context.actions())
					.functionCallId(context.functionCallId().orElse(""))
					.toolConfirmation(context.toolConfirmation().orElse(null))
					.eventId(context.eventId())
					.build());
		if (!run.plugged) {
			throw ToolCalls.notPermitted(tool, "its agent would run without LumoAuth's plugin: create the tool with "
					+ "AgentTool.create(agent, skipSummarization, true)");
		}
		return result;
	}

}
