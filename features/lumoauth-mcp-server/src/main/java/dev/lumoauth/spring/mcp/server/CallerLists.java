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

package dev.lumoauth.spring.mcp.server;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.guard.tool.PrivateField;
import dev.lumoauth.spring.tool.ServedTools;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpNotificationHandler;
import io.modelcontextprotocol.server.McpRequestHandler;
import io.modelcontextprotocol.server.McpStatelessAsyncServer;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/**
 * Lists to each caller of the application's own MCP server only the tools, prompts and
 * resources that this caller may use. The SDK (2.0.0) has one list for all: java-sdk#740,
 * spring-ai#4401. The only common place of all its servers is where a transport passes a
 * request on: to a session created by a factory, or to a handler. This class is installed
 * there before the first session exists.
 *
 * @param guard supplies the guard that decides; called with the first list
 * @param methods what is served besides tools
 */
record CallerLists(Supplier<ToolGuard> guard, ServedMethods methods) {

	private static final Set<String> LISTS = Set.of(McpSchema.METHOD_TOOLS_LIST, McpSchema.METHOD_PROMPT_LIST,
			McpSchema.METHOD_RESOURCES_LIST, McpSchema.METHOD_RESOURCES_TEMPLATES_LIST);

	/**
	 * Install the lists, if a bean is a server.
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if a server has a
	 * transport whose lists can't be told apart
	 */
	void install(Object bean) {
		if (bean instanceof McpSyncServer || bean instanceof McpAsyncServer || bean instanceof McpStatelessSyncServer
				|| bean instanceof McpStatelessAsyncServer) {
			// Work that a tool moves to other threads runs for the caller as well.
			UserScope.watchStreams();
		}
		if (bean instanceof McpSyncServer server) {
			replace(Fields.TRANSPORT.get(server.getAsyncServer()));
		}
		else if (bean instanceof McpAsyncServer server) {
			replace(Fields.TRANSPORT.get(server));
		}
		else if (bean instanceof McpStatelessSyncServer server) {
			replace(Fields.STATELESS_TRANSPORT.get(Fields.STATELESS_SERVER.get(server)));
		}
		else if (bean instanceof McpStatelessAsyncServer server) {
			replace(Fields.STATELESS_TRANSPORT.get(server));
		}
	}

	private void replace(McpServerTransportProviderBase transport) {
		if (!(transport instanceof McpStreamableServerTransportProvider streamable)) {
			throw ServedTransports.unprotected();
		}
		McpStreamableServerSession.Factory factory = PrivateField
			.of(transport.getClass(), "sessionFactory", McpStreamableServerSession.Factory.class)
			.get(transport);
		streamable.setSessionFactory((request) -> {
			McpStreamableServerSession.McpStreamableServerSessionInit started = factory.startSession(request);
			replaceAll(Fields.HANDLERS.get(started.session()));
			signInAll(Fields.NOTIFICATIONS.get(started.session()));
			return started;
		});
	}

	/**
	 * All sessions of a server have the same handlers.
	 */
	@SuppressWarnings("unchecked")
	private void replaceAll(Map<?, ?> handlers) {
		Map<String, McpRequestHandler<?>> byMethod = (Map<String, McpRequestHandler<?>>) handlers;
		synchronized (byMethod) {
			byMethod.replaceAll((method, handler) -> {
				return (handler instanceof SignedInHandler<?>) ? handler
						: new SignedInHandler<>(LISTS.contains(method) ? this : null, handler);
			});
		}
	}

	@SuppressWarnings("unchecked")
	private void signInAll(Map<?, ?> notificationHandlers) {
		Map<String, McpNotificationHandler> byMethod = (Map<String, McpNotificationHandler>) notificationHandlers;
		synchronized (byMethod) {
			byMethod.replaceAll((method, handler) -> (handler instanceof SignedInNotification) ? handler
					: new SignedInNotification(handler));
		}
	}

	/**
	 * Served code need not be a bean: an application may give it to the builder of a
	 * server, or to the server itself later. So all served code runs for the caller from
	 * here on.
	 */
	private static <T> Mono<T> asCaller(McpTransportContext context, Supplier<Mono<T>> handled) {
		return asCaller(CallerContext.callerOf(context), handled);
	}

	static <T> Mono<T> asCaller(@Nullable CallerAuthenticationToken authentication, Supplier<Mono<T>> handled) {
		if (authentication == null) {
			return Mono.error(unknownCaller());
		}
		Caller caller = Caller.of(authentication);
		return Mono.defer(() -> caller.call(handled))
			.contextWrite(ReactiveUserScope.startedBy(caller))
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(authentication));
	}

	private void replace(McpStatelessServerTransport transport) {
		McpStatelessServerHandler handler = PrivateField
			.of(transport.getClass(), "mcpHandler", McpStatelessServerHandler.class)
			.get(transport);
		if (!(handler instanceof StatelessHandler)) {
			transport.setMcpHandler(new StatelessHandler(this, handler));
		}
	}

	private Mono<Object> ofCaller(Object list, McpTransportContext context) {
		CallerAuthenticationToken caller = CallerContext.callerOf(context);
		if (caller == null) {
			return Mono.error(unknownCaller());
		}
		return Mono.fromCallable(() -> Caller.of(caller).call(() -> allowed(list)))
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorMap((failure) -> error(McpSchema.ErrorCodes.INTERNAL_ERROR,
					Objects.requireNonNullElse(RefusalText.of(failure), "The list could not be made")));
	}

	/**
	 * Return what the caller on this thread may see of a list.
	 */
	private Object allowed(Object list) {
		if (list instanceof McpSchema.ListToolsResult all) {
			Set<String> denied = ServedTools.deniedAmong(this.guard.get(),
					all.tools().stream().map(McpSchema.Tool::name).toList());
			return new McpSchema.ListToolsResult(without(denied, all.tools(), McpSchema.Tool::name), all.nextCursor(),
					all.meta());
		}
		if (list instanceof McpSchema.ListPromptsResult all) {
			return new McpSchema.ListPromptsResult(
					allowed(all.prompts(), (prompt) -> ServedMethods.prompt(prompt.name())), all.nextCursor(),
					all.meta());
		}
		if (list instanceof McpSchema.ListResourcesResult all) {
			return new McpSchema.ListResourcesResult(
					allowed(all.resources(), (resource) -> ServedMethods.resource(resource.uri())), all.nextCursor(),
					all.meta());
		}
		if (list instanceof McpSchema.ListResourceTemplatesResult all) {
			return new McpSchema.ListResourceTemplatesResult(
					allowed(all.resourceTemplates(), (template) -> ServedMethods.resource(template.uriTemplate())),
					all.nextCursor(), all.meta());
		}
		return list;
	}

	private <T> List<T> allowed(List<T> all, Function<T, String> name) {
		return without(ServedTools.deniedAmong(this.guard.get(), this.methods.behind(all, name)), all, name);
	}

	private static <T> List<T> without(Set<String> denied, List<T> all, Function<T, String> name) {
		return all.stream().filter((each) -> !denied.contains(name.apply(each))).toList();
	}

	static McpError unknownCaller() {
		return error(McpSchema.ErrorCodes.INVALID_REQUEST, "The caller is not known");
	}

	private static McpError error(int code, String text) {
		return McpError.builder(code).message(text).build();
	}

	/**
	 * A handler of a server with sessions, which runs for the caller.
	 *
	 * @param lists makes the list of the caller; {@code null} if the handler makes none
	 * @param handler the handler
	 * @param <T> the type of the result
	 */
	private record SignedInHandler<T>(@Nullable CallerLists lists,
			McpRequestHandler<T> handler) implements McpRequestHandler<T> {

		@Override
		@SuppressWarnings("unchecked")
		public Mono<T> handle(McpAsyncServerExchange exchange, Object parameters) {
			McpTransportContext context = exchange.transportContext();
			CallerLists lists = this.lists;
			Mono<T> handled = asCaller(context, () -> this.handler.handle(exchange, parameters));
			return (lists != null) ? (Mono<T>) handled.flatMap((list) -> lists.ofCaller(list, context)) : handled;
		}

	}

	/**
	 * A handler of a notification that runs for the caller who sent it.
	 */
	private record SignedInNotification(McpNotificationHandler handler) implements McpNotificationHandler {

		@Override
		public Mono<Void> handle(McpAsyncServerExchange exchange, Object parameters) {
			return asCaller(exchange.transportContext(), () -> this.handler.handle(exchange, parameters));
		}

	}

	/**
	 * The lists of a server without sessions.
	 *
	 * @param lists makes the list of the caller
	 * @param all handles everything for all
	 */
	private record StatelessHandler(CallerLists lists,
			McpStatelessServerHandler all) implements McpStatelessServerHandler {

		@Override
		public Mono<JSONRPCResponse> handleRequest(McpTransportContext context, JSONRPCRequest request) {
			Mono<JSONRPCResponse> response = asCaller(context, () -> this.all.handleRequest(context, request));
			if (LISTS.contains(request.method())) {
				response = response
					.flatMap((answer) -> (answer.result() != null) ? this.lists.ofCaller(answer.result(), context)
						.map((some) -> JSONRPCResponse.result(request.id(), some)) : Mono.just(answer));
			}
			return response.onErrorResume(McpError.class,
					(failure) -> Mono.just(JSONRPCResponse.error(request.id(), failure.getJsonRpcError())));
		}

		@Override
		public Mono<Void> handleNotification(McpTransportContext context, JSONRPCNotification notification) {
			return this.all.handleNotification(context, notification);
		}

	}

	/**
	 * The fields for which the SDK has no accessor.
	 */
	private static final class Fields {

		private static final PrivateField<McpServerTransportProviderBase> TRANSPORT = PrivateField
			.of(McpAsyncServer.class, "mcpTransportProvider", McpServerTransportProviderBase.class);

		private static final PrivateField<McpStatelessServerTransport> STATELESS_TRANSPORT = PrivateField
			.of(McpStatelessAsyncServer.class, "mcpTransportProvider", McpStatelessServerTransport.class);

		private static final PrivateField<McpStatelessAsyncServer> STATELESS_SERVER = PrivateField
			.of(McpStatelessSyncServer.class, "asyncServer", McpStatelessAsyncServer.class);

		@SuppressWarnings("rawtypes")
		private static final PrivateField<Map> HANDLERS = PrivateField.of(McpStreamableServerSession.class,
				"requestHandlers", Map.class);

		@SuppressWarnings("rawtypes")
		private static final PrivateField<Map> NOTIFICATIONS = PrivateField.of(McpStreamableServerSession.class,
				"notificationHandlers", Map.class);

		private Fields() {
		}

	}

}
