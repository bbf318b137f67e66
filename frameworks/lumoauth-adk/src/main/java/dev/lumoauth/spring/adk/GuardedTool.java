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
import java.util.Optional;

import com.google.adk.models.LlmRequest;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.FunctionDeclaration;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;

/**
 * A tool behind the guard, whoever runs it.
 */
class GuardedTool extends BaseTool {

	final BaseTool tool;

	final GuardTerms terms;

	final GuardedCall call;

	/** Whether ADK may run the tool in pieces, past every guard. */
	final boolean streaming;

	final ToolCalls calls;

	/**
	 * Create the tool.
	 * @param tool the tool to run
	 * @param terms the terms of the tool
	 * @param calls makes the calls
	 */
	GuardedTool(BaseTool tool, GuardTerms terms, ToolCalls calls) {
		super(tool.name(), tool.description(), tool.longRunning());
		this.tool = tool;
		this.terms = terms;
		this.call = AdkTools.callOf(tool, terms);
		this.streaming = tool instanceof FunctionTool function && function.isStreaming();
		this.calls = calls;
	}

	/**
	 * Return what distinguishes the tool from others with its name.
	 */
	Object code() {
		return AdkTools.codeOf(this.tool);
	}

	@Override
	public Optional<FunctionDeclaration> declaration() {
		return this.tool.declaration();
	}

	@Override
	public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext toolContext) {
		return this.calls.call(this, args, toolContext, (received) -> run(received, toolContext));
	}

	/**
	 * Run the tool, which may run.
	 */
	Single<Map<String, Object>> run(Map<String, Object> arguments, ToolContext context) {
		return AgentRun.of(this.tool, arguments, context);
	}

	@Override
	public Completable processLlmRequest(LlmRequest.Builder request, ToolContext toolContext) {
		return this.tool.processLlmRequest(request, toolContext)
			.andThen(
					Completable.fromAction(() -> OfferedTools.replace(request, this, toolContext.invocationContext())));
	}

}
