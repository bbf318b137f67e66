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

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import com.google.adk.agents.InvocationContext;
import com.google.adk.models.LlmRequest;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.adk.tools.mcp.AbstractMcpTool;
import com.google.genai.types.FunctionDeclaration;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.tool.PrivateField;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import org.jspecify.annotations.Nullable;

/**
 * A tool behind the guard, whoever runs it.
 */
class GuardedTool extends BaseTool {

	private static final PrivateField<Object> OBJECT = PrivateField.of(FunctionTool.class, "instance", Object.class);

	final BaseTool tool;

	final GuardedCall call;

	final ToolCalls calls;

	/**
	 * Create the tool.
	 * @param tool the tool to run
	 * @param terms the terms of the tool
	 * @param calls makes the calls
	 */
	GuardedTool(BaseTool tool, GuardTerms terms, ToolCalls calls) {
		super(tool.name(), tool.description(), tool.longRunning());
		this.tool = tool;
		// The guard next to the method of a bean need not decide again.
		this.call = (tool instanceof FunctionTool function)
				? GuardedCall.ofTool(name(), terms, function.func(), object(function))
				: GuardedCall.ofTool(name(), terms);
		this.calls = calls;
		calls.framework().place().note(name(), terms);
	}

	/**
	 * Return the object behind a tool, whose class may be annotated. ADK shows it to
	 * nobody, and a proxy of the tool has no fields of its own.
	 * @throws GuardConfigurationException if a proxy hides it
	 */
	static @Nullable Object object(FunctionTool tool) {
		Object object = OBJECT.behind(tool);
		if (object == null && !Modifier.isStatic(tool.func().getModifiers())) {
			throw new GuardConfigurationException("The object behind the tool '" + tool.name()
					+ "' is not known: a proxy finds the tool anew each time.", "Make the tool a singleton.");
		}
		return object;
	}

	/**
	 * Return what distinguishes the tool from others with its name.
	 */
	Object code() {
		return (this.tool instanceof FunctionTool function)
				? (IdentifiedCode) () -> Arrays.asList(object(function), function.func())
				: (this.tool instanceof AbstractMcpTool<?> mcp) ? offeredBy(SentOnce.session(mcp)) : this.tool;
	}

	/**
	 * For a tool of an MCP server, ADK makes a new object for each request to the model.
	 */
	final IdentifiedCode offeredBy(Object server) {
		return () -> List.of(server, name(), description(), ToolCalls.schema(this));
	}

	@Override
	public Optional<FunctionDeclaration> declaration() {
		return this.tool.declaration();
	}

	@Override
	public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext toolContext) {
		return this.calls.call(this, this.call, args, toolContext, null, (received) -> run(received, toolContext));
	}

	/**
	 * Run the tool, which may run. An agent that is a tool gets a runner of its own,
	 * which must have this run's plugins, however the tool was made.
	 */
	Single<Map<String, Object>> run(Map<String, Object> arguments, ToolContext context) {
		if (!(this.tool instanceof AgentTool agent)) {
			return (this.calls.framework().calls().isForOneCall(this.call.terms())
					&& this.tool instanceof AbstractMcpTool<?> mcp) ? SentOnce.call(mcp, arguments)
							: this.tool.runAsync(arguments, context);
		}
		if (this.tool.getClass() != AgentTool.class || !LumoAuthPlugin.isIn(context.invocationContext())) {
			throw ToolCalls.notPermitted(this, "an agent as a tool needs LumoAuth's plugin, and no class of its own");
		}
		// Not subscribed to, it only notes in the context whether its answer is
		// summarized.
		Objects.requireNonNull(this.tool.runAsync(arguments, context));
		return AgentTool.create(agent.getAgent(), false, true).runAsync(arguments, context);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * The plugin hides all tools of a request at once, but sees no live run.
	 */
	@Override
	public Completable processLlmRequest(LlmRequest.Builder request, ToolContext toolContext) {
		InvocationContext run = toolContext.invocationContext();
		return super.processLlmRequest(request, toolContext).andThen(Completable.fromAction(() -> {
			if (!LumoAuthPlugin.isIn(run) || run.liveRequestQueue().isPresent()) {
				OfferedTools.hide(request, (tool) -> (tool == this) ? this : null);
			}
		}));
	}

}
