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

import com.google.adk.models.BaseLlm;
import com.google.adk.plugins.Plugin;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An agent's identity at LumoAuth, for agents that Google's ADK runs.
 *
 * <pre class="code">
 * LumoAuthAdk lumoAuth = LumoAuthAdk.builder(runtime).build();
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
 * plugin, {@link #guard} and {@link #budgeted} stand around the tools and the model.
 *
 * @since 0.1.0
 */
public final class LumoAuthAdk {

	private final AgentRuntime agent;

	private final AdkTools tools;

	private final ToolCalls calls;

	private LumoAuthAdk(Builder builder) {
		this.agent = builder.agent;
		this.calls = new ToolCalls((builder.guard != null) ? builder.guard : builder.agent.get(Guard.class),
				builder.users);
		this.tools = new AdkTools(new GuardTermsFinder(), builder.policy, this.calls);
	}

	/**
	 * Return a builder.
	 * @param agent the agent at LumoAuth, such as that of {@link AgentRuntime#connect}
	 * @return the builder
	 */
	public static Builder builder(AgentRuntime agent) {
		return new Builder(agent);
	}

	/**
	 * Return the plugin. Register it first, in each runner, and nothing else is needed to
	 * guard tools, to hide those that are denied, and to stop when the budget is spent.
	 * @return a plugin, for any number of runners
	 */
	public Plugin plugin() {
		return new LumoAuthPlugin(this.tools, this.agent.get(BudgetMonitor.class));
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
			Assert.isTrue(tool instanceof BaseTool || tool instanceof BaseToolset,
					"Neither a tool nor a toolset of ADK");
			this.tools.check(tool);
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
		return new BudgetedLlm(model, this.agent.get(BudgetMonitor.class));
	}

	/**
	 * Return the tools of an MCP server, which is called with tokens of the agent.
	 * @param url the address of the server's streamable HTTP endpoint; {@code http} only
	 * on this machine
	 * @param audience the server's id at LumoAuth, such as {@code urn:mcp:financial-data}
	 * @param capability the capability that each tool needs
	 * @return a toolset, which is closed with its agent
	 */
	public BaseToolset mcp(String url, String audience, String capability) {
		return mcp(url, audience, capability, false);
	}

	/**
	 * Return the tools of an MCP server, which is called with tokens of the agent that
	 * acts for the user of the session. Each user has a session at the server.
	 * @param url as in {@link #mcp}
	 * @param audience as in {@link #mcp}
	 * @param capability as in {@link #mcp}
	 * @return a toolset, which has no tools for a session without a user
	 * @see Builder#users
	 */
	public BaseToolset mcpForUsers(String url, String audience, String capability) {
		return mcp(url, audience, capability, true);
	}

	private BaseToolset mcp(String url, String audience, String capability, boolean forUsers) {
		LumoAuthTokens tokens = this.agent.get(LumoAuthTokens.class);
		return new McpServerTools(URI.create(url), tokens.target(audience),
				new GuardTerms(CapabilityRequirement.of(capability), forUsers), tokens, this.calls);
	}

	/**
	 * Builder for {@link LumoAuthAdk}.
	 */
	public static final class Builder {

		private final AgentRuntime agent;

		private @Nullable Guard guard;

		private SessionUser users = (session) -> null;

		private Function<BaseTool, @Nullable GuardTerms> policy = (tool) -> null;

		private Builder(AgentRuntime agent) {
			this.agent = agent;
		}

		/**
		 * Set who makes the calls, for an agent that has no guard of its own: that of
		 * Spring Boot's auto-configuration is
		 * {@link dev.lumoauth.spring.guard.GuardRuntime#guard()}.
		 * @param guard the guard; by default the agent's
		 * @return this builder
		 */
		public Builder guard(Guard guard) {
			this.guard = guard;
			return this;
		}

		/**
		 * Set who knows the users of sessions; by default there are none, and code that
		 * acts for a user is refused.
		 * @param users knows the users
		 * @return this builder
		 */
		public Builder users(SessionUser users) {
			this.users = users;
			return this;
		}

		/**
		 * Set who knows the terms of tools without annotations, such as those of other
		 * people's classes. It may be asked once for each tool.
		 * @param policy returns the terms, in addition to those that the tool has; or
		 * {@code null}
		 * @return this builder
		 */
		public Builder policy(Function<BaseTool, @Nullable GuardTerms> policy) {
			this.policy = policy;
			return this;
		}

		/**
		 * Build it.
		 * @return the agent, for ADK
		 */
		public LumoAuthAdk build() {
			return new LumoAuthAdk(this);
		}

	}

}
