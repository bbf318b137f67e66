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

import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import com.google.adk.models.BaseLlm;
import com.google.adk.plugins.Plugin;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.tool.FrameworkGuard;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An agent's identity at LumoAuth, for agents that Google's ADK runs.
 *
 * <pre class="code">
 * LumoAuthAdk lumoAuth = LumoAuthAdk.of(runtime);
 * Runner runner = Runner.builder()
 *     .agent(LlmAgent.builder().name("analyst").model(model)
 *         .tools(FunctionTool.create(documents, "search"),
 *             lumoAuth.mcp("https://mcp.example.com/mcp", "urn:mcp:financial-data", "mcp:financial"))
 *         .build())
 *     .appName("analyst")
 *     .plugins(lumoAuth.plugin())
 *     .build();
 * </pre>
 *
 * The plugin guards the tools of each agent that its runner runs. Where a runner has no
 * plugin, {@link #guard} and {@link #budgeted} stand around the tools and the model. With
 * Spring Boot, that of the default agent is a bean, and that of a named agent is a bean
 * with the agent's name as the qualifier.
 *
 * @since 0.1.0
 */
public final class LumoAuthAdk {

	private final Supplier<BudgetMonitor> budget;

	private final Supplier<LumoAuthTokens> tokens;

	private final AdkTools tools;

	private LumoAuthAdk(Supplier<BudgetMonitor> budget, Supplier<LumoAuthTokens> tokens, AdkTools tools) {
		this.budget = budget;
		this.tokens = tokens;
		this.tools = tools;
	}

	/**
	 * Create that of an agent.
	 * @param guard makes the calls of the agent's tools
	 * @param budget supplies the agent's budget; called once a plugin or a model needs it
	 * @param tokens supplies the agent's tokens; called once an MCP server needs them
	 */
	public LumoAuthAdk(FrameworkGuard guard, Supplier<BudgetMonitor> budget, Supplier<LumoAuthTokens> tokens) {
		this(budget, tokens, AdkTools.of((tool) -> null, new ToolCalls(guard, (session) -> null)));
	}

	/**
	 * Create that of an agent of an application without Spring Boot.
	 * @param agent the agent at LumoAuth, such as that of {@link AgentRuntime#connect}
	 * @return that of the agent, which tells the model of refusals and hides denied tools
	 */
	public static LumoAuthAdk of(AgentRuntime agent) {
		return new LumoAuthAdk(FrameworkGuard.of(agent.get(Guard.class)), () -> agent.get(BudgetMonitor.class),
				() -> agent.get(LumoAuthTokens.class));
	}

	/**
	 * Return the same one that knows the users of sessions. By default there are none,
	 * and code that acts for a user is refused.
	 * @param users knows the users
	 * @return another object; this one still knows no users
	 */
	public LumoAuthAdk withUsers(SessionUser users) {
		return new LumoAuthAdk(this.budget, this.tokens,
				AdkTools.of(this.tools.policy(), new ToolCalls(this.tools.calls().framework(), users)));
	}

	/**
	 * Return the same one with terms for tools without annotations, such as those of
	 * other people's classes.
	 * @param policy returns the terms of a tool, in addition to those that the tool has;
	 * or {@code null}. It may be asked once for each tool. A tool that an object without
	 * the policy guards is refused
	 * @return another object; this one still has no policy
	 */
	public LumoAuthAdk withPolicy(Function<BaseTool, @Nullable GuardTerms> policy) {
		return new LumoAuthAdk(this.budget, this.tokens, AdkTools.of(policy, this.tools.calls()));
	}

	/**
	 * Return the plugin. Register it first, in each runner, and nothing else is needed to
	 * guard tools, to hide those that are denied, and to stop when the budget is spent.
	 * @return a plugin, for any number of runners
	 */
	public Plugin plugin() {
		return new LumoAuthPlugin(this.tools, this.budget.get());
	}

	/**
	 * Put the guard around tools: for runners without the plugin, and for tools that need
	 * the capabilities of another agent than the plugin's.
	 * @param tools tools and toolsets
	 * @return a toolset for {@code LlmAgent.Builder.tools}
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if an annotation
	 * would never be checked
	 */
	public BaseToolset guard(Object... tools) {
		for (Object tool : tools) {
			Assert.isTrue(tool instanceof BaseTool || tool instanceof BaseToolset, "Neither a tool nor a toolset");
			this.tools.check(tool);
			this.tools.requireWrappable(tool);
		}
		return new GuardedToolset(List.of(tools), this.tools::guarded);
	}

	/**
	 * Put the agent's budget around a model: for runners without the plugin, and for live
	 * runs, which ask no plugin.
	 * @param model the model
	 * @return a model whose calls are refused once the budget is spent
	 */
	public BaseLlm budgeted(BaseLlm model) {
		return new BudgetedLlm(model, this.budget.get());
	}

	/**
	 * Return the tools of an MCP server, which is called with tokens of the agent.
	 * @param url the address of the server's streamable HTTP endpoint; {@code http} only
	 * on this machine
	 * @param audience the server's id at LumoAuth, such as {@code urn:mcp:financial-data}
	 * @param capability the capability that each tool needs
	 * @return a toolset, which is closed with its agent
	 * @throws IllegalStateException if the class path has another version of the MCP SDK
	 * than ADK needs
	 */
	public BaseToolset mcp(String url, String audience, String capability) {
		return mcp(url, audience, new GuardTerms(CapabilityRequirement.of(capability), false));
	}

	/**
	 * Return the tools of an MCP server, which is called with tokens of the agent that
	 * acts for the user of the session. Each user has a session at the server.
	 * @param url as in {@link #mcp}
	 * @param audience as in {@link #mcp}
	 * @param capability as in {@link #mcp}
	 * @return a toolset, which has no tools for a session without a user
	 * @see #withUsers
	 */
	public BaseToolset mcpForUsers(String url, String audience, String capability) {
		return mcp(url, audience, new GuardTerms(CapabilityRequirement.of(capability), true));
	}

	private BaseToolset mcp(String url, String audience, GuardTerms terms) {
		return McpServerTools.of(URI.create(url), audience, terms, this.tokens.get(), this.tools);
	}

}
