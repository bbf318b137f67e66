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
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import org.jspecify.annotations.Nullable;

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

	private final AdkTools tools;

	private final BudgetMonitor budget;

	LumoAuthPlugin(AdkTools tools, BudgetMonitor budget) {
		super("lumoauth");
		this.tools = tools;
		this.budget = budget;
	}

	/**
	 * Refuse to run what would not be guarded.
	 */
	@Override
	public Maybe<Content> beforeAgentCallback(BaseAgent agent, CallbackContext context) {
		return Maybe.fromAction(() -> {
			InvocationContext run = context.invocationContext();
			if (plugins(run).get(0) != this) {
				throw new GuardConfigurationException("Another plugin, whose answers nobody counts, comes first.",
						"Register LumoAuth's plugin first.");
			}
			this.tools.check(agent);
			if (run.liveRequestQueue().isPresent() && agent instanceof LlmAgent llm && !isBudgeted(llm)) {
				throw new GuardConfigurationException("No budget counts a live run of '" + agent.name() + "'.",
						"Give the agent LumoAuthAdk.budgeted(model).");
			}
		});
	}

	/**
	 * Return whether a run has this kind of plugin.
	 */
	static boolean isIn(InvocationContext run) {
		return plugins(run).stream().anyMatch(LumoAuthPlugin.class::isInstance);
	}

	/**
	 * An agent that is a tool has the outer manager as its only plugin.
	 */
	private static List<? extends Plugin> plugins(InvocationContext run) {
		List<? extends Plugin> plugins = List.of(run.pluginManager());
		while (plugins.size() == 1 && plugins.get(0) instanceof PluginManager manager) {
			plugins = manager.getPlugins();
		}
		return plugins;
	}

	/**
	 * What a call holds back is free again with its whole answer, with the next call of
	 * the agent, or at the end of the run. A run that is cancelled tells nobody: then the
	 * budget gives up waiting after some minutes.
	 */
	@Override
	public Maybe<LlmResponse> beforeModelCallback(CallbackContext context, LlmRequest.Builder request) {
		return Maybe.fromAction(() -> {
			OfferedTools.hide(request, this.tools::guarded);
			InvocationContext run = context.invocationContext();
			LlmAgent agent = (LlmAgent) run.agent();
			if (!isBudgeted(agent)) {
				LlmRequest built = request.build();
				end(run.callbackContextData().remove(key(run)));
				run.callbackContextData()
					.put(key(run), new ModelCall(this.budget, built,
							built.model().or(() -> agent.resolvedModel().modelName()).orElse(null)));
			}
		});
	}

	private static boolean isBudgeted(LlmAgent agent) {
		return agent.resolvedModel().model().filter(BudgetedLlm.class::isInstance).isPresent();
	}

	/**
	 * By the branch too: two agents that run at the same time may have one name.
	 */
	private static String key(InvocationContext run) {
		return "lumoauth " + run.agent().name() + " " + run.branch().orElse("");
	}

	private static void end(@Nullable Object value) {
		if (value instanceof ModelCall call) {
			call.end();
		}
	}

	@Override
	public Maybe<LlmResponse> afterModelCallback(CallbackContext context, LlmResponse response) {
		InvocationContext run = context.invocationContext();
		if (run.callbackContextData().get(key(run)) instanceof ModelCall call) {
			call.received(response);
		}
		return Maybe.empty();
	}

	@Override
	public Completable afterRunCallback(InvocationContext run) {
		return Completable.fromAction(() -> run.callbackContextData().values().forEach(LumoAuthPlugin::end));
	}

	@Override
	public Completable onRunErrorCallback(InvocationContext run, Throwable failure) {
		return afterRunCallback(run);
	}

	@Override
	public Maybe<Map<String, Object>> beforeToolCallback(BaseTool tool, Map<String, Object> args, ToolContext context) {
		GuardedTool guarded = this.tools.guarded(tool);
		return (guarded == null || guarded == tool) ? Maybe.empty()
				: guarded.calls
					.call(guarded, guarded.call, args, context, null, (received) -> behind(guarded, received, context))
					.toMaybe();
	}

	/**
	 * Call what ADK would have called after this plugin, and then the tool.
	 */
	private Single<Map<String, Object>> behind(GuardedTool guarded, Map<String, Object> args, ToolContext context) {
		InvocationContext run = context.invocationContext();
		List<? extends Plugin> plugins = plugins(run);
		List<? extends BeforeToolCallback> callbacks = ((LlmAgent) run.agent()).canonicalBeforeToolCallbacks();
		if (plugins.size() == 1 && callbacks.isEmpty()) {
			return guarded.run(args, context);
		}
		Maybe<Map<String, Object>> answer = Flowable.fromIterable(plugins)
			.filter((plugin) -> plugin != this)
			.concatMapMaybe((plugin) -> plugin.beforeToolCallback(guarded.tool, args, context))
			.concatWith(Flowable.fromIterable(callbacks)
				.concatMapMaybe((callback) -> callback.call(run, guarded.tool, args, context)))
			.firstElement();
		if (guarded.calls.framework().calls().isForOneCall(guarded.call.terms())) {
			// Whoever decides about the call waits for its end.
			return answer.map(Single::just).blockingGet(Single.defer(() -> guarded.run(args, context)));
		}
		// A callback may take long, and may come back on another thread.
		return answer.switchIfEmpty(guarded.calls.call(guarded, guarded.call.observedBefore(), args, context,
				Caller.current(), (received) -> guarded.run(received, context)));
	}

	/**
	 * A tool without terms may have called guarded code.
	 */
	@Override
	public Maybe<Map<String, Object>> onToolErrorCallback(BaseTool tool, Map<String, Object> args, ToolContext context,
			Throwable failure) {
		return this.tools.calls().refused(failure).toMaybe().onErrorComplete();
	}

}
