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
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * The guard of one agent around LangChain4j. The tools of each AI service are guarded, by
 * whatever builder it is made; this class says by which agent.
 *
 * <pre class="code">
 * AgentRuntime agent = AgentRuntime.connect(LumoAuthAddresses.forTenant(url, "acme"),
 *         AgentCredentials.clientSecretBasic(clientId, clientSecret));
 * LangChain4jGuard.of(agent).install();
 * Assistant assistant = AiServices.builder(Assistant.class).chatModel(model).tools(new Documents()).build();
 * </pre>
 *
 * With Spring Boot, the guard of the default agent is a bean and is installed, and each
 * named agent has a guard with its name as the qualifier.
 *
 * @since 0.1.0
 */
public final class LangChain4jGuard {

	private static final AtomicReference<@Nullable LangChain4jGuard> INSTALLED = new AtomicReference<>();

	private final Guard calls;

	private final Supplier<LumoAuthAgent> agent;

	private final Supplier<@Nullable BudgetMonitor> budget;

	private final OnRefusal onDenied;

	private final boolean hideDenied;

	private final GuardRegister.Place place;

	/** For whom requests to MCP servers act, by what LangChain4j sends. */
	private final Map<Object, UserToken> mcpUsers = Collections.synchronizedMap(new WeakHashMap<>());

	/**
	 * Create the guard of an agent.
	 * @param calls makes the calls of the agent's tools
	 * @param agent supplies the agent; called with the first token
	 * @param budget supplies the agent's budget, or {@code null} for none; called with
	 * each model call
	 * @param onDenied what happens to a refused call
	 * @param hideDenied whether tools that the agent may not use are hidden
	 * @param place the place in which guarded tools are noted
	 */
	public LangChain4jGuard(Guard calls, Supplier<LumoAuthAgent> agent, Supplier<@Nullable BudgetMonitor> budget,
			OnRefusal onDenied, boolean hideDenied, GuardRegister.Place place) {
		this.calls = calls;
		this.agent = agent;
		this.budget = budget;
		this.onDenied = onDenied;
		this.hideDenied = hideDenied;
		this.place = place;
	}

	/**
	 * Create the guard of an agent of an application without Spring Boot.
	 * @param agent the agent
	 * @return the guard, which tells the model of refusals and hides denied tools
	 */
	public static LangChain4jGuard of(AgentRuntime agent) {
		return new LangChain4jGuard(agent.get(Guard.class), () -> agent.get(LumoAuthAgent.class),
				() -> agent.get(BudgetMonitor.class), OnRefusal.TELL_MODEL, true,
				new GuardRegister().place(GuardLayer.TOOL_CALLING_MANAGER, null));
	}

	/**
	 * Guard all AI services whose model is not that of another agent. Without an
	 * installed guard, the calls of their annotated tools are refused.
	 * @return this
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if LangChain4j does
	 * not let its AI services be guarded: its version is another one than those that this
	 * module was tried with, or another library is in the guard's place
	 */
	public LangChain4jGuard install() {
		GuardedServices.requireGuarded();
		INSTALLED.set(this);
		return this;
	}

	/**
	 * Undo {@link #install()}, if this guard is still the installed one.
	 */
	public void uninstall() {
		INSTALLED.compareAndSet(this, null);
	}

	static @Nullable LangChain4jGuard installed() {
		return INSTALLED.get();
	}

	/**
	 * Put this agent's budget on a model. An AI service with this model is guarded as
	 * this agent, whichever guard is installed.
	 * @param model the model
	 * @return the same model of this agent: a call that the budget does not allow throws
	 * a {@link dev.lumoauth.spring.budget.BudgetExhaustedException}
	 */
	public ChatModel model(ChatModel model) {
		return ModelCalls.of(ChatModel.class, model, this, null);
	}

	/**
	 * Put this agent's budget on a model, as {@link #model(ChatModel)} does.
	 * @param model the model
	 * @return the same model of this agent
	 */
	public StreamingChatModel model(StreamingChatModel model) {
		return ModelCalls.of(StreamingChatModel.class, model, this, null);
	}

	/**
	 * Guard the tools of a provider that have no annotations, such as those of an MCP
	 * server.
	 * @param provider the provider
	 * @param terms returns the terms of a tool; {@code null} = none
	 * @return the provider of the guarded tools
	 */
	public ToolProvider provider(ToolProvider provider, Function<ToolSpecification, @Nullable GuardTerms> terms) {
		return new GuardedToolProvider(provider, (tool) -> tool.toBuilder()
			.toolExecutor(guarded(tool.toolSpecification(), tool.toolExecutor(), terms.apply(tool.toolSpecification())))
			.build());
	}

	/**
	 * Guard a tool that the application calls itself, such as in a loop of its own around
	 * a model. Its caller is the one for whom the calling thread works.
	 * @param specification what the model is told of the tool
	 * @param tool the tool
	 * @return the tool behind the guard
	 */
	public ToolExecutor executor(ToolSpecification specification, ToolExecutor tool) {
		return guarded(specification, tool, null);
	}

	private ToolExecutor guarded(ToolSpecification specification, ToolExecutor tool, @Nullable GuardTerms terms) {
		return new GuardedToolExecutor(GuardedTool.of(specification, tool, terms, this), () -> this, null);
	}

	/**
	 * Return the headers with the agent's token for an MCP server, for the
	 * {@code customHeaders} of LangChain4j's MCP transport. The token is looked up for
	 * each request. If the call of a tool acts for a user, the token is exchanged on
	 * behalf of that user: such a user needs an MCP client of their own, because a
	 * session belongs to one of them. A request that the transport makes again on a
	 * thread of its own, because the server has lost the session, acts for the same user.
	 * @param audience the id of the server, such as {@code urn:mcp:financial-data}, or
	 * its resource URI
	 * @param call LangChain4j's {@code McpCallContext}, as the transport passes it;
	 * {@code null} if the transport listens to the server
	 * @return the headers of the request
	 */
	public Map<String, String> mcpHeaders(String audience, @Nullable Object call) {
		Object message = (call != null) ? message(call) : null;
		UserToken user = UserScope.current();
		if (message == null) {
			return mcpHeaders(audience);
		}
		if (user != null) {
			this.mcpUsers.put(message, user);
			return mcpHeaders(audience);
		}
		UserToken before = this.mcpUsers.get(message);
		return (before != null) ? UserScope.call(before, () -> mcpHeaders(audience)) : mcpHeaders(audience);
	}

	private Map<String, String> mcpHeaders(String audience) {
		return Map.of("Authorization",
				"Bearer " + Objects.requireNonNull(this.agent.get()).mcpToken(audience).getTokenValue());
	}

	/**
	 * By reflection: the application may have no MCP client.
	 */
	private static @Nullable Object message(Object call) {
		Method message = ReflectionUtils.findMethod(call.getClass(), "message");
		if (message == null) {
			throw new IllegalArgumentException("The call must be the McpCallContext that the transport passes");
		}
		return ReflectionUtils.invokeMethod(message, call);
	}

	Guard calls() {
		return this.calls;
	}

	@Nullable BudgetMonitor budget() {
		return this.budget.get();
	}

	OnRefusal onDenied() {
		return this.onDenied;
	}

	boolean isHidingDenied() {
		return this.hideDenied;
	}

	void note(String tool, GuardTerms terms) {
		this.place.note(tool, terms);
	}

}
