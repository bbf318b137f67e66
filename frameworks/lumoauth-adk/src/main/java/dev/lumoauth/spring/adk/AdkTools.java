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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import com.google.adk.Version;
import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.LlmAgent;
import com.google.adk.models.LlmRequest;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.common.collect.MapMaker;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the terms of ADK's tools, and refuses annotations on code that ADK calls past
 * every guard.
 *
 * @param policy knows the terms of tools without annotations
 * @param calls makes the calls
 * @param finder finds the terms of annotations
 * @param known the guarded tools, by the tool itself, and not by what the tool says it is
 * equal to
 */
record AdkTools(Function<BaseTool, @Nullable GuardTerms> policy, ToolCalls calls, GuardTermsFinder finder,
		Map<BaseTool, Optional<GuardedTool>> known) {

	private static final Method RUN = ClassUtils.getMethod(BaseTool.class, "runAsync", Map.class, ToolContext.class);

	static AdkTools of(Function<BaseTool, @Nullable GuardTerms> policy, ToolCalls calls) {
		// Not by its name in the source: the compiler would copy the value.
		say(ReflectionUtils.getField(Version.class.getFields()[0], null));
		return new AdkTools(policy, calls, new GuardTermsFinder(), new MapMaker().weakKeys().weakValues().makeMap());
	}

	/**
	 * Say so if this module was not tried with a version of ADK.
	 */
	static void say(@Nullable Object version) {
		if (!String.valueOf(version).startsWith("1.8.")) {
			LogFactory.getLog(AdkTools.class)
				.warn("LumoAuth was not tried with version " + version + " of ADK, but with 1.8: try a denied tool");
		}
	}

	/**
	 * Put the guard around a tool. An agent that runs as a tool always has one: it has to
	 * know for whom it runs.
	 * @return the guarded tool; {@code null} if the tool needs no guard
	 * @throws GuardConfigurationException if the guard that a tool already has does not
	 * keep this policy
	 */
	@Nullable GuardedTool guarded(BaseTool tool) {
		if (tool instanceof GuardedTool guarded) {
			GuardTerms added = this.policy.apply(guarded.tool);
			if (added != null && !guarded.call.terms().includes(added)) {
				throw new GuardConfigurationException("The guard of the tool '" + tool.name() + "' lacks the policy.",
						"Give each LumoAuthAdk the same policy.");
			}
			return guarded;
		}
		return this.known.computeIfAbsent(tool, (each) -> {
			GuardTerms terms = termsOf(each);
			requireChecked(each, terms != null);
			return Optional.ofNullable(terms).map((found) -> new GuardedTool(each, found, this.calls));
		}).orElse(null);
	}

	/**
	 * Return the terms of a tool: those of its class, of the method that it calls, of the
	 * {@code @Bean} method that made the object, and of the policy.
	 */
	private @Nullable GuardTerms termsOf(BaseTool tool) {
		GuardTerms terms = GuardTerms.both((tool instanceof AgentTool) ? GuardTerms.NONE : null,
				this.finder.find(RUN, tool.getClass()));
		if (tool instanceof FunctionTool function) {
			Object on = GuardedTool.object(function);
			Class<?> type = (on != null) ? AopProxyUtils.ultimateTargetClass(on) : function.func().getDeclaringClass();
			terms = GuardTerms.both(terms, this.finder.find(function.func(), type));
			terms = GuardTerms.both(terms, (on != null) ? GuardCoverage.ofBeanMethod(GuardCoverage.bean(on)) : null);
		}
		return GuardTerms.both(terms, this.policy.apply(tool));
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

	private void requireChecked(BaseTool tool, boolean guarded) {
		Class<?> type = tool.getClass();
		if (this.finder.mentions(type)) {
			ReflectionUtils.doWithMethods(type, (method) -> {
				boolean run = method.getName().equals(RUN.getName())
						&& Arrays.equals(method.getParameterTypes(), RUN.getParameterTypes());
				if (!run && this.finder.findOnMethod(method, type) != null) {
					throw unchecked(ClassUtils.getQualifiedMethodName(method), "ADK calls a tool by runAsync only");
				}
			});
		}
		if (guarded) {
			requireWrappable(tool);
		}
	}

	/**
	 * Refuse to guard what does something with each request to a model, or is only a part
	 * of that request, which the model's provider runs.
	 * @param tool the tool or the toolset
	 * @throws GuardConfigurationException if it does
	 */
	void requireWrappable(Object tool) {
		// A proxy that Spring makes of a bean overrides everything.
		Method prepares = ClassUtils.getMethod(FrameworkClasses.userClass(tool.getClass()), "processLlmRequest",
				LlmRequest.Builder.class, ToolContext.class);
		if (!Set.of(BaseTool.class, BaseToolset.class).contains(prepares.getDeclaringClass())
				&& !(tool instanceof GuardedTool)) {
			throw new GuardConfigurationException(
					tool.getClass().getName() + " can't be guarded: ADK calls its processLlmRequest with each request "
							+ "to a model, or the model's provider runs it.",
					"Give it to an agent of its own, and guard that.");
		}
	}

	private void requireNone(Class<?> type) {
		if (this.finder.mentions(type)) {
			throw unchecked(type.getName(), "it is no tool");
		}
	}

	private static GuardConfigurationException unchecked(String place, String reason) {
		return new GuardConfigurationException("The annotation on " + place + " is never checked: " + reason + ".",
				"Annotate the method behind a FunctionTool, or a class that extends BaseTool.");
	}

}
