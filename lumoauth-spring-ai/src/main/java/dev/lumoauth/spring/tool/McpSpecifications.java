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

package dev.lumoauth.spring.tool;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.Ticket;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.guard.tool.ToolArguments;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.mcp.McpToolUtils;

/**
 * Puts the guard around the handlers of an MCP server's tool specifications, so that the
 * caller reads the refusal. For an exception, Spring AI would also answer with the text
 * of its root cause. The methods and the tool callbacks that a handler calls are found by
 * looking into the handler.
 */
final class McpSpecifications implements ToolBeanPostProcessor.Kind {

	private final ToolGuard guard;

	private final @Nullable GuardTerms ofFactoryMethod;

	McpSpecifications(ToolGuard guard, @Nullable GuardTerms ofFactoryMethod) {
		this.guard = guard.in(GuardLayer.MCP_SERVER);
		this.ofFactoryMethod = ofFactoryMethod;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Gives a text to the failures of all specifications.
	 */
	@Override
	public Object guarded(Object bean) {
		if (isKept(handlerOf(bean))) {
			return bean;
		}
		if (bean instanceof McpServerFeatures.SyncToolSpecification spec) {
			return new McpServerFeatures.SyncToolSpecification(spec.tool(),
					sync(spec.tool(), spec.callHandler(),
							(callback) -> McpToolUtils.toSyncToolSpecification(callback.callback(), callback.mimeType())
								.callHandler()));
		}
		if (bean instanceof McpServerFeatures.AsyncToolSpecification spec) {
			return new McpServerFeatures.AsyncToolSpecification(spec.tool(),
					async(spec.tool(), spec.callHandler(),
							(callback) -> McpToolUtils
								.toAsyncToolSpecification(callback.callback(), callback.mimeType())
								.callHandler()));
		}
		if (bean instanceof McpStatelessServerFeatures.SyncToolSpecification spec) {
			return new McpStatelessServerFeatures.SyncToolSpecification(spec.tool(),
					sync(spec.tool(), spec.callHandler(),
							(callback) -> McpToolUtils
								.toStatelessSyncToolSpecification(callback.callback(), callback.mimeType())
								.callHandler()));
		}
		if (bean instanceof McpStatelessServerFeatures.AsyncToolSpecification spec) {
			return new McpStatelessServerFeatures.AsyncToolSpecification(spec.tool(),
					async(spec.tool(), spec.callHandler(),
							(callback) -> McpToolUtils
								.toStatelessAsyncToolSpecification(callback.callback(), callback.mimeType())
								.callHandler()));
		}
		return Containers.map(bean, this::guarded);
	}

	private <E> SyncHandler<E> sync(McpSchema.Tool tool, BiFunction<E, CallToolRequest, CallToolResult> handler,
			Function<McpCallback, BiFunction<E, CallToolRequest, CallToolResult>> ofCallback) {
		Handled handled = handled(handler, tool);
		return new SyncHandler<>(this.guard.calls(), handled, (handled.code() instanceof ToolMethod method)
				? new WordedMcpMethod<E>(handler, tool, method)::answer : worded(handler, ofCallback));
	}

	private <E> AsyncHandler<E> async(McpSchema.Tool tool, BiFunction<E, CallToolRequest, Mono<CallToolResult>> handler,
			Function<McpCallback, BiFunction<E, CallToolRequest, Mono<CallToolResult>>> ofCallback) {
		Handled handled = handled(handler, tool);
		return new AsyncHandler<>(this.guard.calls(), handled, (handled.code() instanceof ToolMethod method)
				? new WordedMcpMethod<E>(handler, tool, method)::answerLater : worded(handler, ofCallback));
	}

	private <H> H worded(H handler, Function<McpCallback, H> ofCallback) {
		McpCallback callback = McpCallback.of(handler);
		return (callback != null) ? ofCallback.apply(callback.worded(this.guard.requirements()::prepare)) : handler;
	}

	@Override
	public boolean isGuarded(Object bean) {
		Object handler = handlerOf(bean);
		return (handler != null) ? isKept(handler) || !handled(handler, null).isOpen()
				: ToolTypes.elements(bean).stream().allMatch(this::isGuarded);
	}

	private boolean isKept(@Nullable Object handler) {
		return handler instanceof GuardedHandler guarded && guarded.handled().includes(this.ofFactoryMethod);
	}

	private static @Nullable Object handlerOf(Object bean) {
		if (bean instanceof McpServerFeatures.SyncToolSpecification spec) {
			return spec.callHandler();
		}
		if (bean instanceof McpServerFeatures.AsyncToolSpecification spec) {
			return spec.callHandler();
		}
		if (bean instanceof McpStatelessServerFeatures.SyncToolSpecification spec) {
			return spec.callHandler();
		}
		return (bean instanceof McpStatelessServerFeatures.AsyncToolSpecification spec) ? spec.callHandler() : null;
	}

	/**
	 * Look at the code that a handler runs.
	 * @param tool the tool that the server serves; {@code null} if it is not served yet
	 */
	private Handled handled(Object handler, McpSchema.@Nullable Tool tool) {
		ToolRequirements requirements = this.guard.requirements();
		ToolMethod method = requirements.methodOf(handler);
		ToolInspection inspection = ToolInspection.of(requirements, handler);
		GuardTerms terms = GuardTerms.both(inspection.terms(), this.ofFactoryMethod);
		boolean own = method != null && requirements.ofMethod(method) != null;
		boolean open = terms != null && (inspection.isUnchecked() || own || this.ofFactoryMethod != null);
		boolean fixed = method != null || inspection.isFixed();
		McpCallback callback = McpCallback.of(handler);
		Handled handled = new Handled(tool,
				(method != null) ? method : (callback != null) ? callback.callback() : handler, terms, open,
				own && !inspection.isUnchecked(), !inspection.isUnchecked(),
				fixed ? null : () -> ToolInspection.of(requirements, handler), this.ofFactoryMethod,
				(method != null) ? McpRequests.areReadBy(method.method()) : callback == null);
		if (tool != null) {
			this.guard.served().add(tool.name(), handled::all);
			if (open && terms != null) {
				this.guard.place().note(tool.name(), terms);
			}
		}
		return handled;
	}

	/**
	 * The code that a handler runs.
	 *
	 * @param tool the tool that the server serves; {@code null} if it is not served yet
	 * @param code what the handler calls, which identifies the tool
	 * @param terms the terms, or {@code null} for none
	 * @param isOpen whether the handler needs a guard
	 * @param passesOn whether the code is a method that checks its own calls
	 * @param checked whether all code that the handler runs checks its own calls
	 * @param changing inspects the code again; {@code null} if the code can't change
	 * @param ofFactoryMethod the terms of the {@code @Bean} method, or {@code null}
	 * @param readsRequest whether the code can read more of a request than its arguments
	 */
	private record Handled(McpSchema.@Nullable Tool tool, Object code, @Nullable GuardTerms terms, boolean isOpen,
			boolean passesOn, boolean checked, @Nullable Supplier<ToolInspection> changing,
			@Nullable GuardTerms ofFactoryMethod, boolean readsRequest) {

		boolean includes(@Nullable GuardTerms others) {
			return others == null || (this.terms != null && this.terms.includes(others));
		}

		String name() {
			return (this.tool != null) ? this.tool.name() : "";
		}

		GuardedCall call(GuardTerms terms, CallToolRequest request) {
			GuardedCall call = (this.passesOn && this.code instanceof ToolMethod method)
					? method.calledBy(name(), terms) : GuardedCall.ofTool(name(), terms);
			return call.asOneCall(this.code, request, () -> arguments(request), McpResultText.INSTANCE);
		}

		private CallArguments arguments(CallToolRequest request) {
			CallArguments arguments = ToolArguments.of((request.arguments() != null) ? request.arguments() : Map.of(),
					(this.tool != null) ? this.tool.inputSchema() : null);
			return this.readsRequest ? McpRequests.added(arguments, request) : arguments;
		}

		/**
		 * Return the request that the handler receives: an approved call runs with what
		 * was approved.
		 */
		static CallToolRequest received(CallToolRequest request) {
			return !Ticket.running(request).isEmpty() ? McpRequests.approved(request) : request;
		}

		/**
		 * Return the current terms of all code.
		 */
		@Nullable GuardTerms all() {
			return (this.changing != null) ? GuardTerms.both(this.changing.get().terms(), this.ofFactoryMethod)
					: this.terms;
		}

		/**
		 * Return the terms to check now.
		 * @return the terms; {@code null} if no code needs a guard, or if all code has
		 * one
		 */
		@Nullable GuardTerms now() {
			GuardTerms known = this.isOpen ? this.terms : null;
			ToolInspection inspection = (this.changing != null) ? this.changing.get() : null;
			return (inspection != null && inspection.isUnchecked()) ? GuardTerms.both(known, inspection.terms())
					: known;
		}

	}

	/**
	 * A handler with the guard around it, whose failures have a text.
	 */
	private interface GuardedHandler {

		Handled handled();

	}

	private record SyncHandler<E>(Guard guard, Handled handled, BiFunction<E, CallToolRequest, CallToolResult> handler)
			implements
				BiFunction<E, CallToolRequest, CallToolResult>,
				GuardedHandler {

		@Override
		public CallToolResult apply(E exchange, CallToolRequest request) {
			GuardTerms terms = this.handled.now();
			return WordedFailures.call(() -> (terms == null) ? this.handler.apply(exchange, request) : this.guard.call(
					this.handled.call(terms, request), () -> this.handler.apply(exchange, Handled.received(request))));
		}

	}

	/**
	 * The guard around the method decides for whom the tool acts: the user is the one in
	 * the Reactor context.
	 */
	private record AsyncHandler<E>(Guard guard, Handled handled,
			BiFunction<E, CallToolRequest, Mono<CallToolResult>> handler)
			implements
				BiFunction<E, CallToolRequest, Mono<CallToolResult>>,
				GuardedHandler {

		AsyncHandler {
			if (handled.terms() != null && handled.isOpen() && !handled.checked()) {
				requireNoUser(handled.name(), handled.terms());
			}
		}

		private static void requireNoUser(String name, GuardTerms terms) {
			if (terms.onBehalfOfUser()) {
				throw new GuardConfigurationException("Tool '" + name
						+ "' of the asynchronous MCP server acts for the user, but the code that it runs is not "
						+ "a method of a bean.",
						"Make the object with the @OnBehalfOfUser method a bean, and let the method be neither "
								+ "private, static nor final.");
			}
		}

		@Override
		public Mono<CallToolResult> apply(E exchange, CallToolRequest request) {
			GuardTerms terms = this.handled.now();
			if (terms != null && !this.handled.checked()) {
				requireNoUser(this.handled.name(), terms);
			}
			GuardTerms own = (terms != null) ? own(terms) : null;
			return WordedFailures
				.later(() -> (own != null) ? guarded(own, exchange, request) : this.handler.apply(exchange, request));
		}

		/**
		 * If the method may itself ask for a person's approval, only the terms of the
		 * {@code @Bean} method are checked here: otherwise a person would be asked about
		 * two calls.
		 */
		private @Nullable GuardTerms own(GuardTerms terms) {
			if (!this.handled.passesOn() || !this.guard.isForOneCall(terms)) {
				return terms.withoutUser();
			}
			GuardTerms outside = this.handled.ofFactoryMethod();
			return (outside != null) ? outside.withoutUser() : null;
		}

		private Mono<CallToolResult> guarded(GuardTerms terms, E exchange, CallToolRequest request) {
			return Mono.defer(() -> {
				Caller caller = Caller.current();
				Mono<CallToolResult> guarded = Mono.from(this.guard.defer(this.handled.call(terms, request))
					.publisher(() -> asCaller(caller, exchange, request), false));
				// On a thread that may wait, whether or not the answer is known.
				return guarded.subscribeOn(Schedulers.boundedElastic());
			});
		}

		/**
		 * The code may act for the caller, and the decision may arrive on another thread.
		 */
		private Mono<CallToolResult> asCaller(Caller caller, E exchange, CallToolRequest request) {
			CallToolRequest received = Handled.received(request);
			return Mono.from((subscriber) -> caller.call(() -> {
				this.handler.apply(exchange, received)
					.contextWrite(ReactiveUserScope.startedBy(caller))
					.subscribe(subscriber);
				return Boolean.TRUE;
			}));
		}

	}

}
