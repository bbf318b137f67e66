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

import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.tool.FrameworkGuard;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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
public final class LangChain4jGuard implements AutoCloseable {

	/** Guards the services for which no guard is installed: refuses annotated code. */
	static final LangChain4jGuard NONE = new LangChain4jGuard(
			() -> FrameworkGuard
				.of(new Guard(LangChain4jGuard::none, LangChain4jGuard::none, GuardReports.NONE, null, List::of)),
			LangChain4jGuard::none, LangChain4jGuard::none);

	private static final Log logger = LogFactory.getLog(LangChain4jGuard.class);

	private static final AtomicBoolean WARNED = new AtomicBoolean();

	/** The last one first. */
	private static final Deque<LangChain4jGuard> INSTALLED = new ConcurrentLinkedDeque<>();

	private final Supplier<FrameworkGuard> guard;

	private final Supplier<LumoAuthAgent> agent;

	private final Supplier<BudgetMonitor> budget;

	private volatile boolean closed;

	/**
	 * Create the guard of an agent.
	 * @param guard supplies what makes the calls of the agent's tools; called with the
	 * first of them
	 * @param agent supplies the agent; called with the first token
	 * @param budget supplies the agent's budget; called with each model call
	 */
	public LangChain4jGuard(Supplier<FrameworkGuard> guard, Supplier<LumoAuthAgent> agent,
			Supplier<BudgetMonitor> budget) {
		this.guard = new RememberedBean<>(guard);
		this.agent = agent;
		this.budget = budget;
	}

	/**
	 * Create the guard of an agent of an application without Spring Boot.
	 * @param agent the agent
	 * @return the guard, which tells the model of refusals and hides denied tools
	 */
	public static LangChain4jGuard of(AgentRuntime agent) {
		FrameworkGuard guard = FrameworkGuard.of(agent.get(Guard.class));
		return agent.get(LangChain4jGuard.class, (runtime) -> new LangChain4jGuard(() -> guard,
				() -> runtime.get(LumoAuthAgent.class), () -> runtime.get(BudgetMonitor.class)));
	}

	/**
	 * Guard all AI services that are made from now on and whose model is not that of
	 * another agent. Without an installed guard, the calls of their annotated tools are
	 * refused. If several guards are installed, the last one counts.
	 * @return this
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if LangChain4j does
	 * not let its AI services be guarded: its version is another one than those that this
	 * module was tried with, or another library is in the guard's place
	 */
	public LangChain4jGuard install() {
		GuardedServices.requireGuarded();
		INSTALLED.remove(this);
		if (!INSTALLED.isEmpty()) {
			logger.warn("Another LangChain4jGuard is installed too. This one's agent decides for the AI services made "
					+ "from now on. If the other agent should, give the service its model: guard.model(model).");
		}
		INSTALLED.push(this);
		return this;
	}

	/**
	 * Undo {@link #install()}. If another guard was installed before, it counts again.
	 */
	public void uninstall() {
		INSTALLED.remove(this);
	}

	/**
	 * Uninstall this guard, and refuse annotated code from now on. Called when the agent
	 * is closed.
	 */
	@Override
	public void close() {
		this.closed = true;
		uninstall();
	}

	static LangChain4jGuard installed() {
		return Objects.requireNonNullElse(INSTALLED.peek(), NONE);
	}

	@SuppressWarnings("TypeParameterUnusedInFormals") // It supplies nothing.
	private static <T> T none() {
		if (!WARNED.getAndSet(true)) {
			logger.warn("Code of LangChain4j requires a capability or acts for the user, and nothing decides about it, "
					+ "so it is refused. Call LangChain4jGuard.of(agent).install() before, or start the application "
					+ "with LumoAuth's auto-configuration.");
		}
		throw new LumoAuthUnavailableException("No LangChain4jGuard is installed", null);
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
		return new GuardedToolProvider(() -> provider,
				(specification, tool) -> GuardedTool.of(specification, tool, terms.apply(specification), () -> this));
	}

	/**
	 * Guard a tool that the application calls itself, such as in a loop of its own around
	 * a model. Its caller is the one for whom the calling thread works.
	 * @param specification what the model is told of the tool
	 * @param tool the tool
	 * @return the tool behind the guard
	 */
	public ToolExecutor executor(ToolSpecification specification, ToolExecutor tool) {
		return GuardedTool.of(specification, tool, null, () -> this);
	}

	LumoAuthAgent agent() {
		return this.agent.get();
	}

	/**
	 * Return what makes the calls of guarded tools.
	 * @throws LumoAuthUnavailableException if the agent is closed
	 */
	Guard calls() {
		if (this.closed) {
			throw new LumoAuthUnavailableException("The agent of this LangChain4jGuard is closed", null);
		}
		return this.guard.get().calls();
	}

	/**
	 * Return what happens to refused calls.
	 */
	FrameworkGuard guard() {
		return this.guard.get();
	}

	BudgetMonitor budget() {
		return this.budget.get();
	}

}
