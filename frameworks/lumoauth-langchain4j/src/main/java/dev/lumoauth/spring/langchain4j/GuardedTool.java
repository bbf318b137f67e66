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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.memory.ChatMemoryService;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.guard.tool.PrivateField;
import dev.lumoauth.spring.guard.tool.ToolInput;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * A tool behind the guard. A refused call is an error result with the text that a model
 * may read, and never an exception, whose message LangChain4j would show to the model.
 *
 * @param guard supplies the guard of the agent that decides
 * @param specification what the model is told of the tool
 * @param executor runs the tool
 * @param call the call of the tool, with its terms; {@code null} if it has none. If the
 * object that is called is a bean with a guard of its own, the bean does not decide again
 * @param code what runs: the executor, or the object with its method
 * @param caller who started the chat; {@code null} for whom the calling thread works
 */
record GuardedTool(Supplier<LangChain4jGuard> guard, ToolSpecification specification, ToolExecutor executor,
		@Nullable GuardedCall call, List<?> code, @Nullable Caller caller) implements ToolExecutor, IdentifiedCode {

	static final GuardTermsFinder FINDER = new GuardTermsFinder();

	private static final PrivateField<Object> OBJECT = PrivateField.of(DefaultToolExecutor.class, "object",
			Object.class);

	private static final PrivateField<Method> CALLED = PrivateField.of(DefaultToolExecutor.class, "methodToInvoke",
			Method.class);

	/** What LangChain4j calls. */
	private static final Method EXECUTE = Arrays.stream(ToolExecutor.class.getMethods())
		.filter((method) -> method.getReturnType() == ToolExecutionResult.class)
		.findFirst()
		.orElseThrow();

	private static final ResultText RESULT = ResultText.of(
			(result) -> (result instanceof ToolExecutionResult text && !text.isError()) ? text.resultText() : null,
			(text) -> ToolExecutionResult.builder().resultText(text).build());

	/**
	 * Put the guard around a tool. The guard of another agent around it stays.
	 * @param added further terms, or {@code null}
	 */
	static GuardedTool of(ToolSpecification specification, ToolExecutor executor, @Nullable GuardTerms added,
			Supplier<LangChain4jGuard> guard) {
		if (executor instanceof GuardedTool tool && added == null && tool.guard.get() == guard.get()) {
			return tool;
		}
		Method method = EXECUTE;
		Object object = executor;
		GuardTerms terms = GuardTerms.both(ofObject(GuardCoverage.bean(executor), ToolExecutor.class), added);
		if (executor instanceof DefaultToolExecutor calls) {
			method = calls.originalMethod();
			object = Objects.requireNonNull(OBJECT.behind(executor));
			Object bean = GuardCoverage.bean(object);
			Class<?> type = AopUtils.getTargetClass(bean);
			// The class may have annotations that its interface or superclass has not.
			terms = GuardTerms.both(GuardTerms.both(terms, GuardCoverage.ofBeanMethod(bean)), GuardTerms
				.both(FINDER.find(method, type), FINDER.find(Objects.requireNonNull(CALLED.behind(executor)), type)));
		}
		GuardedCall call = (terms != null) ? GuardedCall.ofTool(specification.name(), terms, method, object) : null;
		return new GuardedTool(guard, specification, executor, call, List.of(object, method), null);
	}

	/**
	 * Find the terms of an object that is called by an interface of LangChain4j.
	 */
	static @Nullable GuardTerms ofObject(Object object, Class<?> contract) {
		Class<?> type = AopUtils.getTargetClass(object);
		GuardTerms terms = GuardCoverage.ofBeanMethod(object);
		for (Method method : FINDER.mentions(type) ? contract.getMethods() : new Method[0]) {
			terms = GuardTerms.both(terms, FINDER.find(method, type));
		}
		return terms;
	}

	/**
	 * Return this tool in a chat.
	 */
	GuardedTool startedBy(Caller caller) {
		return new GuardedTool(this.guard, this.specification, this.executor, this.call, this.code, caller);
	}

	/**
	 * {@inheritDoc} A server may describe its tool in another way tomorrow: then it is
	 * another tool. LangChain4j makes a new description for each AI service.
	 */
	@Override
	public List<? extends @Nullable Object> identity() {
		return Arrays.asList(this.code, this.specification.name(), this.specification.description(), schema());
	}

	@Nullable GuardTerms terms() {
		return (this.call != null) ? this.call.terms() : null;
	}

	@Override
	public String execute(ToolExecutionRequest request, Object memoryId) {
		return executeWithContext(request, InvocationContext.builder().chatMemoryId(memoryId).build()).resultText();
	}

	@Override
	public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
		LangChain4jGuard guard = this.guard.get();
		Object memory = context.chatMemoryId();
		String conversation = (memory != null && !memory.equals(ChatMemoryService.DEFAULT)) ? memory.toString() : null;
		try {
			Caller caller = (this.caller != null) ? this.caller : Caller.current();
			return caller.in(Conversation.in(CallContext.current(), conversation))
				.run(() -> guarded(guard, request, context));
		}
		catch (RuntimeException ex) {
			String text = guard.guard().onDenied().translate(ex);
			if (text == null) {
				throw ex;
			}
			return ToolExecutionResult.builder().isError(true).resultText(text).build();
		}
	}

	private ToolExecutionResult guarded(LangChain4jGuard guard, ToolExecutionRequest request,
			InvocationContext context) {
		if (this.call == null) {
			return Guard.inToolCall(this.specification.name(),
					() -> this.executor.executeWithContext(request, context));
		}
		Guard calls = guard.calls();
		ToolInput input = ToolInput.of(Objects.requireNonNullElse(request.arguments(), ""), this.call.terms(), calls);
		return calls.call(input.shownIn(this.call, this, this::schema, RESULT),
				() -> this.executor.executeWithContext(
						input.isOneCall() ? request.toBuilder().arguments(input.received()).build() : request,
						context));
	}

	private String schema() {
		return (this.specification.parameters() != null)
				? CallArguments.of(JsonSchemaElementUtils.toMap(this.specification.parameters())).canonical() : "{}";
	}

}
