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
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.guard.tool.ToolOffer;
import dev.lumoauth.spring.reflect.SameMethod;
import dev.lumoauth.spring.user.Caller;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The one place in which LangChain4j collects the tools of an AI service and calls them:
 * each call of the service gets its own guarded tools, which know who made that call,
 * whatever thread they run on.
 */
final class GuardedToolService extends ToolService {

	private final GuardedServiceContext service;

	/**
	 * The tools that were last seen, by what a model is told of them, and by their names:
	 * an application may change what it tells.
	 */
	private final Map<Object, GuardedTool> seen = Collections.synchronizedMap(new BoundedMap<>(1000));

	GuardedToolService(GuardedServiceContext service) {
		this.service = service;
	}

	/**
	 * {@inheritDoc} Looks behind the proxies of beans, on which LangChain4j would find no
	 * annotations, and calls the tools on the proxies.
	 */
	@Override
	public void tools(Collection<Object> objectsWithTools) {
		for (Object object : objectsWithTools) {
			Object called = GuardCoverage.behind(object);
			requireCallable(called, called != object);
			if (called == object) {
				super.tools(List.of(object));
			}
			else {
				tools(findTools(called).stream().map((tool) -> onProxy(tool, object)).toList());
			}
		}
	}

	private AiServiceTool onProxy(AiServiceTool tool, Object proxy) {
		Method method = ((DefaultToolExecutor) tool.toolExecutor()).originalMethod();
		ToolExecutor executor = GuardCoverage.isCalledOnProxy(proxy, method)
				? DefaultToolExecutor.builder()
					.object(proxy)
					.originalMethod(method)
					.methodToInvoke(AopUtils.selectInvocableMethod(method, proxy.getClass()))
					.wrapToolArgumentsExceptions(true)
					.propagateToolExecutionExceptions(true)
					.build()
				: GuardedTool.of(tool.toolSpecification(), tool.toolExecutor(), GuardCoverage.ofBeanMethod(proxy),
						this.service::guard);
		return tool.toBuilder().toolExecutor(executor).build();
	}

	/**
	 * Refuse annotations that no guard keeps: on a method that is no tool, of an object
	 * that is no bean; and on what compensates for a tool, which LangChain4j calls
	 * itself. It would not find compensation behind a proxy either. A tool may have its
	 * annotations on the method that it overrides.
	 */
	private static void requireCallable(Object object, boolean proxied) {
		ReflectionUtils.doWithMethods(object.getClass(), (method) -> {
			Method runs = new SameMethod(object.getClass()).mostSpecific(method);
			boolean annotated = GuardedTool.FINDER.findOnMethod(method, object.getClass()) != null;
			if (method.isAnnotationPresent(CompensateFor.class)
					? proxied || GuardedTool.FINDER.find(method, object.getClass()) != null
					: annotated && !proxied && !AnnotatedElementUtils.hasAnnotation(runs, Tool.class)) {
				throw new GuardConfigurationException("Method " + method + SourceLine.of(method)
						+ (proxied ? " has @CompensateFor, which is not called through a bean's proxy."
								: " of an object with tools is no tool, and no guard stands where it is called."),
						"Remove the annotation, or move the method to a bean of its own, and call that bean.");
			}
		}, (method) -> !method.isSynthetic() && (proxied || GuardedTool.FINDER.mentions(object.getClass())));
	}

	@Override
	public void toolProvider(ToolProvider provider) {
		super.toolProvider((provider != null) ? guarded(provider) : null);
	}

	@Override
	public void toolProviders(Collection<ToolProvider> providers) {
		super.toolProviders((providers != null) ? providers.stream().map(this::guarded).toList() : null);
	}

	/**
	 * The annotations of a provider count for each of its tools, and so the provider
	 * itself is asked behind its guard: a denied tool is hidden, and can be refused. A
	 * proxy with other advice, such as that of Spring Security, is asked itself.
	 */
	private ToolProvider guarded(ToolProvider provider) {
		// A bean that is found for each call has given these tools, so it is there.
		return new GuardedToolProvider(() -> GuardCoverage.withoutGuard(provider, ToolProvider.class),
				(specification, tool) -> GuardedTool.of(specification, tool,
						GuardedTool.ofObject(GuardCoverage.bean(provider), ToolProvider.class), this.service::guard));
	}

	/**
	 * Put the guard around a tool of one chat. What is known of the tool counts as long
	 * as it is the same tool.
	 */
	private GuardedTool inChat(ToolSpecification specification, ToolExecutor executor, LangChain4jGuard guard) {
		GuardedTool known = this.seen.get(specification);
		if (known != null && known.executor() == executor && known.guard().get() == guard) {
			return known;
		}
		GuardedTool tool = GuardedTool.of(specification, executor, null, () -> guard);
		this.seen.put(specification, tool);
		this.seen.put(specification.name(), tool);
		if (tool.terms() != null) {
			guard.guard().place().note(specification.name(), tool.terms());
		}
		return tool;
	}

	/**
	 * {@inheritDoc} Runs once for each call of the AI service, on its caller's thread.
	 */
	@Override
	public ToolServiceContext createContext(InvocationContext invocation, UserMessage message,
			List<ChatMessage> messages) {
		LangChain4jGuard guard = this.service.begin();
		ToolServiceContext context = super.createContext(invocation, message, messages);
		Caller caller = Caller.current();
		Map<String, ToolSpecification> specifications = new HashMap<>();
		context.availableTools().forEach((tool) -> specifications.put(tool.name(), tool));
		BiFunction<ToolSpecification, ToolExecutor, ToolExecutor> guarded = (specification,
				tool) -> inChat(specification, tool, guard).startedBy(caller);
		Map<String, ToolExecutor> executors = new HashMap<>(context.toolExecutors());
		executors.replaceAll((name, tool) -> guarded
			.apply(specifications.getOrDefault(name, ToolSpecification.builder().name(name).build()), tool));
		return context.toBuilder()
			.toolExecutors(executors)
			.dynamicToolProviders(context.dynamicToolProviders()
				.stream()
				.<ToolProvider>map((provider) -> new GuardedToolProvider(() -> provider, guarded))
				.toList())
			.build();
	}

	/**
	 * Return a request without the tools that the agent may not use now.
	 */
	ChatRequest offered(ChatRequest request, LangChain4jGuard guard) {
		List<ToolSpecification> tools = request.toolSpecifications();
		if (tools == null || !guard.guard().hideDenied()) {
			return request;
		}
		ToolOffer<ToolSpecification> offer = new ToolOffer<>();
		for (ToolSpecification tool : tools) {
			ToolExecutor each = this.seen.getOrDefault(tool, this.seen.get(tool.name()));
			// The tool may have the guard of another agent inside.
			for (; each instanceof GuardedTool known; each = known.executor()) {
				offer.add(tool, known.terms(), known.guard().get().calls());
			}
		}
		Set<ToolSpecification> hidden = offer.hidden();
		if (hidden.isEmpty()) {
			return request;
		}
		List<ToolSpecification> visible = tools.stream().filter((tool) -> !hidden.contains(tool)).toList();
		if (!visible.isEmpty()) {
			return request.toBuilder().toolSpecifications(visible).build();
		}
		// An empty list would not override another one.
		return request.toBuilder()
			.parameters(ChatRequestParameters.builder()
				.overrideWith(request.parameters())
				.toolSpecifications(visible)
				.toolChoice(null)
				.build())
			.build();
	}

	/**
	 * {@inheritDoc} A refusal that the caller of the chat gets is not shown to the model.
	 */
	@Override
	public ToolExecutionErrorHandler executionErrorHandler() {
		ToolExecutionErrorHandler handler = super.executionErrorHandler();
		return (error, context) -> {
			RuntimeException refusal = Refusal.find(context.rawError());
			if (refusal != null) {
				throw refusal;
			}
			return handler.handle(error, context);
		};
	}

}
