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

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
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
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.ResultText;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.guard.tool.ToolInput;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A tool behind the guard. A refused call is an error result with the text that a model
 * may read, and never an exception, whose message LangChain4j would show to the model.
 *
 * @param guard supplies the guard of the agent that decides
 * @param specification what the model is told of the tool
 * @param executor runs the tool
 * @param call the call of the tool, with its terms; {@code null} if it has none. If the
 * object that is called is a bean with a guard of its own, the bean does not decide again
 * @param identity what distinguishes the tool from others with its name. A server may
 * describe its tool in another way tomorrow: then it is another tool
 * @param caller who started the chat; {@code null} for whom the calling thread works
 */
record GuardedTool(Supplier<LangChain4jGuard> guard, ToolSpecification specification, ToolExecutor executor,
		@Nullable GuardedCall call, List<? extends @Nullable Object> identity,
		@Nullable Caller caller) implements ToolExecutor, IdentifiedCode {

	static final GuardTermsFinder FINDER = new GuardTermsFinder();

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
		GuardTerms terms = GuardTerms.both(ofObject(executor, ToolExecutor.class), added);
		Object object = executor;
		Method method = null;
		if (executor instanceof DefaultToolExecutor calls) {
			method = calls.originalMethod();
			object = calledBy(executor, Object.class, "object");
			terms = GuardTerms.both(terms, ofMethod(method, object));
			Method called = calledBy(executor, Method.class, "methodToInvoke");
			terms = GuardTerms.both(terms, (called != null) ? ofMethod(called, object) : null);
		}
		return new GuardedTool(guard, specification, executor, call(specification.name(), terms, method, object),
				Arrays.asList((object != null) ? object : executor, method, specification), null);
	}

	private static @Nullable GuardedCall call(String name, @Nullable GuardTerms terms, @Nullable Method method,
			@Nullable Object object) {
		if (terms == null) {
			return null;
		}
		return (method != null) ? GuardedCall.ofTool(name, terms, method, object) : GuardedCall.ofTool(name, terms);
	}

	/**
	 * Look at what an executor calls: the object's class may have annotations that the
	 * method of its interface or superclass has not.
	 * @return the value; {@code null} behind a proxy whose target is not known
	 */
	private static <T> @Nullable T calledBy(ToolExecutor executor, Class<T> type, String name) {
		Object target = executor;
		for (Object each = executor; each != null; each = AopProxyUtils.getSingletonTarget(each)) {
			target = each;
		}
		Field field = ReflectionUtils.findField(DefaultToolExecutor.class, name);
		if (field == null) {
			throw new GuardConfigurationException("This version of LangChain4j calls tools in another way.",
					"Use LangChain4j 1.19.");
		}
		ReflectionUtils.makeAccessible(field);
		return type.cast(ReflectionUtils.getField(field, target));
	}

	private static @Nullable GuardTerms ofMethod(Method method, @Nullable Object object) {
		return (object != null) ? GuardTerms.both(FINDER.find(method, AopUtils.getTargetClass(object)),
				GuardCoverage.ofBeanMethod(object)) : FINDER.find(method, method.getDeclaringClass());
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
	 * Return whether this is a tool as it was found before.
	 */
	boolean isStill(ToolSpecification specification, ToolExecutor executor, LangChain4jGuard guard) {
		return this.specification.equals(specification) && this.executor == executor && this.guard.get() == guard;
	}

	/**
	 * Return this tool in a chat.
	 */
	GuardedTool startedBy(Caller caller) {
		return new GuardedTool(this.guard, this.specification, this.executor, this.call, this.identity, caller);
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
			return CallContext.run((here) -> caller.in(Conversation.in(here, conversation)),
					() -> guarded(guard.calls(), request, context));
		}
		catch (RuntimeException ex) {
			String text = guard.onDenied().translate(ex);
			if (text == null) {
				throw ex;
			}
			return ToolExecutionResult.builder().isError(true).resultText(text).build();
		}
	}

	private ToolExecutionResult guarded(Guard calls, ToolExecutionRequest request, InvocationContext context) {
		if (this.call == null) {
			return Guard.inToolCall(this.specification.name(),
					() -> this.executor.executeWithContext(request, context));
		}
		ToolInput input = ToolInput.of((request.arguments() != null) ? request.arguments() : "", this.call.terms(),
				calls);
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
