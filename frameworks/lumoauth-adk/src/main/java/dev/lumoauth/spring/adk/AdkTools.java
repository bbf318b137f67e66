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

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import com.google.adk.Version;
import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.LlmAgent;
import com.google.adk.models.LlmRequest;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.adk.tools.retrieval.VertexAiRagRetrieval;
import com.google.common.collect.MapMaker;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.IdentifiedCode;
import io.reactivex.rxjava3.core.Single;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the terms of ADK's tools, and refuses annotations on code that ADK calls past
 * every guard.
 */
final class AdkTools {

	/** The version of ADK with which this module was tried. */
	private static final String TRIED = "1.8.";

	private static final Log logger = LogFactory.getLog(AdkTools.class);

	private static final Method RUN = method(BaseTool.class, "runAsync", Map.class, ToolContext.class);

	/** ADK shows the object behind a tool to nobody, and its class may be annotated. */
	private static final Method OBJECT = method(FunctionTool.class, "instance");

	private final GuardTermsFinder finder;

	private final Function<BaseTool, @Nullable GuardTerms> policy;

	private final ToolCalls calls;

	/** By the tool itself, and not by what the tool says it is equal to. */
	private final Map<BaseTool, Optional<GuardedTool>> known = new MapMaker().weakKeys().weakValues().makeMap();

	/**
	 * Create the finder.
	 * @param finder finds the terms of code
	 * @param policy knows the terms of tools without annotations
	 * @param calls makes the calls
	 */
	AdkTools(GuardTermsFinder finder, Function<BaseTool, @Nullable GuardTerms> policy, ToolCalls calls) {
		this.finder = finder;
		this.calls = calls;
		this.policy = policy;
		Field version = ReflectionUtils.findField(Version.class, "JAVA_ADK_VERSION");
		// Not by its name in the source: the compiler would copy the value.
		say((version != null) ? ReflectionUtils.getField(version, null) : null);
	}

	/**
	 * Say so if this module was not tried with a version of ADK.
	 */
	static void say(@Nullable Object version) {
		if (!String.valueOf(version).startsWith(TRIED)) {
			logger.warn("LumoAuth was not tried with version " + version + " of ADK: use " + TRIED
					+ "x, or try each kind of tool that you use with a denied capability.");
		}
	}

	private static Method method(Class<?> type, String name, Class<?>... parameters) {
		Method method = ReflectionUtils.findMethod(type, name, parameters);
		if (method == null) {
			throw new GuardConfigurationException("This ADK is not supported: " + type + " has no method " + name + ".",
					"Use version " + TRIED + "x of google-adk.");
		}
		ReflectionUtils.makeAccessible(method);
		return method;
	}

	/**
	 * Put the guard around a tool. An agent that runs as a tool always has one: it has to
	 * know for whom it runs.
	 * @return the guarded tool; {@code null} if the tool needs no guard
	 */
	@Nullable GuardedTool guarded(BaseTool tool) {
		return (tool instanceof GuardedTool guarded) ? guarded : this.known.computeIfAbsent(tool, (each) -> {
			GuardTerms own = termsOf(each);
			requireNoneUnchecked(each, own != null);
			GuardTerms terms = GuardTerms.both((each instanceof AgentTool) ? GuardTerms.NONE : null, own);
			if (terms == null) {
				return Optional.empty();
			}
			return Optional.of((each instanceof AgentTool agent) ? new AgentAsTool(agent, terms)
					: new GuardedTool(each, terms, this.calls));
		}).orElse(null);
	}

	/**
	 * Return the terms of a tool: those of its class, of the method that it calls, and of
	 * the policy.
	 */
	private @Nullable GuardTerms termsOf(BaseTool tool) {
		GuardTerms terms = this.finder.find(RUN, tool.getClass());
		if (tool instanceof FunctionTool function) {
			Object object = object(function);
			terms = GuardTerms.both(terms, this.finder.find(function.func(), (object != null)
					? AopProxyUtils.ultimateTargetClass(object) : function.func().getDeclaringClass()));
		}
		return GuardTerms.both(terms, this.policy.apply(tool));
	}

	private static @Nullable Object object(FunctionTool tool) {
		return ReflectionUtils.invokeMethod(OBJECT, tool);
	}

	/**
	 * Describe the call of a tool. The guard next to the method of a bean need not decide
	 * again.
	 */
	static GuardedCall callOf(BaseTool tool, GuardTerms terms) {
		return (tool instanceof FunctionTool function)
				? GuardedCall.ofTool(tool.name(), terms, function.func(), object(function))
				: GuardedCall.ofTool(tool.name(), terms);
	}

	/**
	 * Return what distinguishes a tool from others with its name.
	 */
	static Object codeOf(BaseTool tool) {
		return (tool instanceof FunctionTool function)
				? (IdentifiedCode) () -> Arrays.asList(object(function), function.func()) : tool;
	}

	/**
	 * Refuse an agent with annotations that nothing would check.
	 * @throws GuardConfigurationException if there is one
	 */
	void check(BaseAgent agent) {
		requireNone(agent.getClass());
		if (agent instanceof LlmAgent llm) {
			llm.toolsUnion().forEach(this::check);
			llm.resolvedModel().model().ifPresent((model) -> requireNone(model.getClass()));
		}
	}

	/**
	 * Refuse a tool or a toolset with annotations that nothing would check.
	 * @param tool the tool or the toolset
	 * @throws GuardConfigurationException if there is one
	 */
	void check(Object tool) {
		if (tool instanceof BaseTool each) {
			guarded(each);
		}
		else {
			requireNone(tool.getClass());
		}
	}

	private void requireNoneUnchecked(BaseTool tool, boolean guarded) {
		Class<?> type = tool.getClass();
		Method prepare = method(type, "processLlmRequest", LlmRequest.Builder.class, ToolContext.class);
		boolean own = !prepare.getDeclaringClass().getName().startsWith(BaseTool.class.getPackageName());
		if (this.finder.mentions(type)) {
			ReflectionUtils.doWithMethods(type, (method) -> {
				boolean run = method.getName().equals(RUN.getName())
						&& Arrays.equals(method.getParameterTypes(), RUN.getParameterTypes());
				if (!run && this.finder.findOnMethod(method, type) != null) {
					throw unchecked(ClassUtils.getQualifiedMethodName(method), "ADK calls a tool by runAsync only");
				}
			});
			if (own && this.finder.find(prepare, type) != null) {
				throw unchecked(type.getName(), "ADK calls processLlmRequest with each request to a model");
			}
		}
		if (guarded && prepare.getDeclaringClass() != BaseTool.class
				&& (tool.declaration().isEmpty() || (!own && tool instanceof VertexAiRagRetrieval))) {
			throw new GuardConfigurationException(
					"The tool '" + tool.name() + "' can't be guarded: the model's provider "
							+ "runs it, or it only changes requests.",
					"Give it to an agent of its own, and guard that.");
		}
	}

	private void requireNone(Class<?> type) {
		if (this.finder.mentions(type)) {
			throw unchecked(type.getName(), "it is no tool");
		}
	}

	private static GuardConfigurationException unchecked(String place, String reason) {
		return new GuardConfigurationException(
				"The annotation on " + place + " would never be checked: " + reason + ".",
				"Annotate the method behind a FunctionTool, or a class that extends BaseTool.");
	}

	/**
	 * An agent as a tool. Without the plugin, its runner has none either.
	 */
	private final class AgentAsTool extends GuardedTool {

		private final BaseAgent agent;

		private AgentAsTool(AgentTool tool, GuardTerms terms) {
			super(tool, terms, AdkTools.this.calls);
			this.agent = tool.getAgent();
		}

		@Override
		Single<Map<String, Object>> run(Map<String, Object> arguments, ToolContext context) {
			if (!LumoAuthPlugin.isIn(context.invocationContext())) {
				requireGuarded(this.agent);
			}
			return super.run(arguments, context);
		}

		private void requireGuarded(BaseAgent each) {
			check(each);
			each.subAgents().forEach(this::requireGuarded);
			if (each instanceof LlmAgent llm) {
				for (Object tool : llm.toolsUnion()) {
					if (tool instanceof AgentTool inner) {
						requireGuarded(inner.getAgent());
					}
					else if (tool instanceof BaseTool one && !(one instanceof GuardedTool) && guarded(one) != null) {
						throw ToolCalls.notPermitted(this, "without LumoAuth's plugin, nothing guards the tool '"
								+ one.name() + "' of its agent: put it into guard(...)");
					}
				}
			}
		}

	}

}
