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

import java.util.function.Supplier;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.memory.ChatMemoryService;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.guard.tool.ToolInput;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A tool behind the guard. A refused call is an error result with the text that a model
 * may read, and never an exception, whose message LangChain4j would show to the model.
 */
final class GuardedToolExecutor implements ToolExecutor {

	private static final ResultText RESULT = new ResultText() {

		@Override
		public @Nullable String write(@Nullable Object result) {
			return (result instanceof ToolExecutionResult text && !text.isError()) ? text.resultText() : null;
		}

		@Override
		public Object read(String text) {
			return ToolExecutionResult.builder().resultText(text).build();
		}

	};

	private final GuardedTool tool;

	private final Supplier<@Nullable LangChain4jGuard> guard;

	private final @Nullable Caller caller;

	/**
	 * Create the executor.
	 * @param tool the tool
	 * @param guard supplies the guard, if there is one
	 * @param caller who started the chat; {@code null} for whom the calling thread works
	 */
	GuardedToolExecutor(GuardedTool tool, Supplier<@Nullable LangChain4jGuard> guard, @Nullable Caller caller) {
		this.tool = tool;
		this.guard = guard;
		this.caller = caller;
	}

	GuardedTool tool() {
		return this.tool;
	}

	@Nullable LangChain4jGuard guard() {
		return this.guard.get();
	}

	@Override
	public String execute(ToolExecutionRequest request, Object memoryId) {
		return executeWithContext(request, InvocationContext.builder().chatMemoryId(memoryId).build()).resultText();
	}

	@Override
	public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
		LangChain4jGuard guard = this.guard.get();
		Caller caller = (this.caller != null) ? this.caller : Caller.current();
		Object memory = context.chatMemoryId();
		String conversation = (memory != null && !memory.equals(ChatMemoryService.DEFAULT)) ? memory.toString() : null;
		try {
			return caller.call(() -> Conversation.call(conversation, () -> guarded(guard, request, context)));
		}
		catch (RuntimeException ex) {
			String text = ((guard != null) ? guard.onDenied() : OnRefusal.TELL_MODEL).translate(ex);
			if (text == null) {
				throw ex;
			}
			return ToolExecutionResult.builder().isError(true).resultText(text).build();
		}
	}

	private ToolExecutionResult guarded(@Nullable LangChain4jGuard installed, ToolExecutionRequest request,
			InvocationContext context) {
		GuardTerms terms = this.tool.terms();
		ToolExecutor executor = this.tool.executor();
		if (terms == null) {
			return Guard.inToolCall(this.tool.name(), () -> executor.executeWithContext(request, context));
		}
		Guard calls = GuardedTool.required(installed, "Tool '" + this.tool.name() + "'").calls();
		ToolInput input = ToolInput.of((request.arguments() != null) ? request.arguments() : "", terms, calls);
		return calls.call(input.shownIn(this.tool.call(terms), this.tool, this.tool::schema, RESULT),
				() -> executor.executeWithContext(
						input.isOneCall() ? request.toBuilder().arguments(input.received()).build() : request,
						context));
	}

}
