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

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.CallbackContext;
import com.google.adk.agents.Callbacks.BeforeToolCallback;
import com.google.adk.agents.InvocationContext;
import com.google.adk.agents.LlmAgent;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.plugins.BasePlugin;
import com.google.adk.plugins.Plugin;
import com.google.adk.plugins.PluginManager;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.Content;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.user.Caller;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;

/**
 * Guards the tools of every agent that a runner runs, hides those that are denied, and
 * counts the calls of models.
 * <p>
 * A tool with terms runs in {@link #beforeToolCallback}, inside the guard, with the
 * call's context around it. ADK then skips the callbacks behind this one, so they are
 * called here. The result replaces ADK's own call. No other plugin and no callback of an
 * agent can run the tool past that: this plugin is the first.
 */
final class LumoAuthPlugin extends BasePlugin {

	private static final String NAME = "lumoauth";

	private final AdkTools tools;

	private final BudgetMonitor budget;

	LumoAuthPlugin(AdkTools tools, BudgetMonitor budget) {
		super(NAME);
		this.tools = tools;
		this.budget = budget;
	}

	/**
	 * Refuse to run what would not be guarded.
	 */
	@Override
	public Maybe<Content> beforeAgentCallback(BaseAgent agent, CallbackContext context) {
		return Maybe.fromAction(() -> {
			InvocationContext invocation = context.invocationContext();
			if (plugins(invocation.pluginManager()).findFirst().filter((first) -> first == this).isEmpty()) {
				throw new GuardConfigurationException("Another plugin, whose answers nobody counts, comes first.",
						"Register LumoAuth's plugin first.");
			}
			this.tools.check(agent);
			if (invocation.liveRequestQueue().isPresent() && agent instanceof LlmAgent llm && !isBudgeted(llm)) {
				throw new GuardConfigurationException(
						"Nothing counts the tokens of a live run of '" + agent.name() + "'.",
						"Give the agent LumoAuthAdk.budgeted(model).");
			}
		});
	}

	/**
	 * Return whether a run has this kind of plugin.
	 */
	static boolean isIn(InvocationContext run) {
		return plugins(run.pluginManager()).anyMatch(LumoAuthPlugin.class::isInstance);
	}

	private static Stream<Plugin> plugins(Plugin plugin) {
		return (plugin instanceof PluginManager manager)
				? manager.getPlugins().stream().flatMap(LumoAuthPlugin::plugins) : Stream.of(plugin);
	}

	@Override
	public Maybe<LlmResponse> beforeModelCallback(CallbackContext context, LlmRequest.Builder request) {
		return Maybe.fromAction(() -> {
			OfferedTools.hide(request, this.tools::guarded);
			LlmAgent agent = (LlmAgent) context.invocationContext().agent();
			if (!isBudgeted(agent)) {
				LlmRequest built = request.build();
				this.budget.start(built.model().or(() -> agent.resolvedModel().modelName()).orElse(null));
				context.invocationContext().callbackContextData().put(key(context), new ModelUsage(built));
			}
		});
	}

	private static boolean isBudgeted(LlmAgent agent) {
		return agent.resolvedModel().model().filter(BudgetedLlm.class::isInstance).isPresent();
	}

	private static String key(CallbackContext context) {
		return NAME + " " + context.eventId();
	}

	@Override
	public Maybe<LlmResponse> afterModelCallback(CallbackContext context, LlmResponse response) {
		if (context.invocationContext().callbackContextData().get(key(context)) instanceof ModelUsage usage) {
			this.budget.recordTokens(usage.received(response));
		}
		return Maybe.empty();
	}

	@Override
	public Maybe<Map<String, Object>> beforeToolCallback(BaseTool tool, Map<String, Object> args, ToolContext context) {
		GuardedTool guarded = (tool instanceof GuardedTool) ? null : this.tools.guarded(tool);
		return (guarded == null) ? Maybe.empty()
				: guarded.calls.call(guarded, args, context, (received) -> behind(guarded, received, context))
					.toMaybe();
	}

	/**
	 * Call what ADK would have called after this plugin, and then the tool.
	 */
	private Single<Map<String, Object>> behind(GuardedTool guarded, Map<String, Object> args, ToolContext context) {
		InvocationContext run = context.invocationContext();
		List<Plugin> plugins = plugins(run.pluginManager()).filter((plugin) -> plugin != this).toList();
		List<? extends BeforeToolCallback> callbacks = (run.agent() instanceof LlmAgent agent)
				? agent.canonicalBeforeToolCallbacks() : List.of();
		if (plugins.isEmpty() && callbacks.isEmpty()) {
			return guarded.run(args, context);
		}
		Maybe<Map<String, Object>> answer = Flowable.fromIterable(plugins)
			.concatMapMaybe((plugin) -> plugin.beforeToolCallback(guarded.tool, args, context))
			.concatWith(Flowable.fromIterable(callbacks)
				.concatMapMaybe((callback) -> callback.call(run, guarded.tool, args, context)))
			.firstElement();
		if (guarded.calls.isForOneCall(guarded)) {
			Map<String, Object> answered = answer.blockingGet();
			return (answered != null) ? Single.just(answered) : guarded.run(args, context);
		}
		// A callback may take long, and may come back on another thread.
		return answer.switchIfEmpty(guarded.calls.goOn(guarded, args, context, Caller.current(),
				(received) -> guarded.run(received, context)));
	}

	/**
	 * A tool without terms may have called guarded code.
	 */
	@Override
	public Maybe<Map<String, Object>> onToolErrorCallback(BaseTool tool, Map<String, Object> args, ToolContext context,
			Throwable failure) {
		return ToolCalls.refused(failure).toMaybe().onErrorComplete();
	}

}
