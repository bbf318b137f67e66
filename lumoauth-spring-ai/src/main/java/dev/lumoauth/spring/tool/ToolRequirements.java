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

package dev.lumoauth.spring.tool;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Finds the terms of a tool: by the annotations of the code that it runs, and by
 * policies. All findings add up.
 */
final class ToolRequirements {

	private static final int MAX_SAID = 100;

	private static final Log logger = LogFactory.getLog(ToolRequirements.class);

	private final GuardTermsFinder finder;

	private final AnnotatedTypes types;

	private final Supplier<List<ToolPolicy>> policies;

	private final Map<MethodClassKey, Boolean> checking = new ConcurrentReferenceHashMap<>();

	/** Held weakly: an application may make a tool for each request. */
	private final Map<ToolCallback, ToolInspection> functions = new ConcurrentReferenceHashMap<>(16,
			ConcurrentReferenceHashMap.ReferenceType.WEAK);

	/** The tools that the log has already named because they can't be inspected. */
	private final Set<String> said = ConcurrentHashMap.newKeySet();

	ToolRequirements(GuardTermsFinder finder, Supplier<List<ToolPolicy>> policies) {
		this.finder = finder;
		this.types = new AnnotatedTypes(finder);
		this.policies = policies;
	}

	AnnotatedTypes types() {
		return this.types;
	}

	/**
	 * Find the terms of a tool.
	 * @param callback the tool
	 * @return the terms, or {@code null} if the tool needs no guard
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if it is annotated in
	 * a way that can't be understood
	 */
	@Nullable GuardTerms find(ToolCallback callback) {
		return inspect(callback).terms();
	}

	/**
	 * Inspect everything that a tool may run. A result that can't change is remembered,
	 * because each model call asks about each tool.
	 * @param offered the tool
	 */
	ToolInspection inspect(ToolCallback offered) {
		ToolCallback callback = CallerBoundToolCallback.unbound(offered);
		boolean function = callback.getClass() == FunctionToolCallback.class;
		ToolInspection known = function ? this.functions.get(callback) : null;
		if (known != null) {
			return known;
		}
		ToolInspection inspection = ToolInspection.of(this, callback);
		if (inspection.isOpaque()) {
			sayOpaque(callback.getToolDefinition().name());
		}
		if (function && inspection.isFixed()) {
			this.functions.put(callback, inspection);
		}
		return inspection;
	}

	private void sayOpaque(String tool) {
		if (this.said.size() < MAX_SAID && this.said.add(tool)) {
			logger.warn("Tool '" + tool
					+ "' runs or holds something that the guard can't look into, such as a function "
					+ "composed by Function.andThen. If code with @RequiresCapability is part of it, put the annotation "
					+ "on the @Bean method that makes the tool as well.");
		}
	}

	/**
	 * Return the method that a tool, or a handler of the application's MCP server, calls.
	 */
	@Nullable ToolMethod methodOf(Object tool) {
		if (tool instanceof MethodToolCallback method) {
			return ToolInternals.toolMethod(method);
		}
		return SpringAiMcp.methodOf(tool);
	}

	@Nullable GuardTerms ofMethod(ToolMethod method) {
		GuardTerms own = this.types.of(method.method(), method.type());
		return (method.object() != null) ? GuardTerms.both(own, GuardCoverage.ofBeanMethod(method.object())) : own;
	}

	/**
	 * Find the terms of the {@code @Bean} method that makes a bean.
	 */
	@Nullable GuardTerms ofBeanMethod(ConfigurableListableBeanFactory beanFactory, String beanName) {
		return this.finder.findOnBeanMethod(beanFactory, beanName);
	}

	/**
	 * Return whether a method checks its own terms. If the object is not a proxy, its
	 * class decides. That result is remembered, because some tools are inspected for each
	 * call.
	 */
	boolean checksItself(ToolMethod method, GuardTerms terms) {
		return method.object() != null && ((method.object() instanceof Advised)
				? GuardCoverage.covers(method.object(), method.method(), terms) : mayCheckItself(method, terms));
	}

	/**
	 * Return whether a method is expected to check its own calls, so that the decision
	 * may be passed to it. The class decides, and the result is remembered; the bean
	 * behind a proxy that finds it anew may not exist yet. A method that does not check
	 * ignores the decision.
	 */
	boolean mayCheckItself(ToolMethod method, GuardTerms terms) {
		if (method.object() == null || GuardCoverage.isFoundAnew(method.object())) {
			return method.object() != null;
		}
		Object object = method.object();
		return this.checking.computeIfAbsent(new MethodClassKey(method.method(), object.getClass()),
				(key) -> GuardCoverage.covers(object, method.method(), terms));
	}

	/**
	 * Return the text for a model that calls an unknown tool.
	 */
	String ofUnknown(String name) {
		for (ToolPolicy policy : this.policies.get()) {
			String text = policy.ofUnknown(name);
			if (text != null) {
				return text;
			}
		}
		return RefusalText.UNKNOWN_TOOL;
	}

	@Nullable GuardTerms ofPolicy(ToolCallback callback) {
		for (ToolPolicy policy : this.policies.get()) {
			GuardTerms terms = policy.termsOf(callback);
			if (terms != null) {
				return terms;
			}
		}
		return null;
	}

	ToolCallback prepare(ToolCallback callback) {
		ToolCallback prepared = callback;
		for (ToolPolicy policy : this.policies.get()) {
			prepared = policy.prepare(prepared);
		}
		return prepared;
	}

}
