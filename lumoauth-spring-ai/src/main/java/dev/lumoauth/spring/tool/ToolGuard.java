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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the guard around tool callbacks: the one place that every layer uses, and the one
 * to call by hand where no layer reaches, such as a loop of one's own around a chat
 * model.
 *
 * <pre class="code">
 * List&lt;ToolCallback&gt; tools = toolGuard.guard(List.of(ToolCallbacks.from(new Tools())));
 * </pre>
 *
 * @since 0.1.0
 */
public final class ToolGuard {

	private final Guard guard;

	private final ToolRequirements requirements;

	private final Refusal refusal;

	private final HiddenTools hidden;

	private final GuardRegister.Place place;

	private final ServedTools served;

	/**
	 * Create the guard of an agent's tools.
	 * @param guard makes the calls
	 * @param finder finds on what terms code runs
	 * @param policies know the terms of tools without annotations; asked for with the
	 * first such tool
	 * @param onDenied what becomes of a refused call
	 * @param hideDenied whether tools that the agent may not use are not offered
	 * @param place where it is noted which tools it guards
	 */
	public ToolGuard(Guard guard, GuardTermsFinder finder, Supplier<List<ToolPolicy>> policies, OnRefusal onDenied,
			boolean hideDenied, GuardRegister.Place place) {
		this.guard = guard;
		this.requirements = new ToolRequirements(finder, policies);
		this.refusal = new Refusal(onDenied);
		this.hidden = new HiddenTools(this.requirements, guard::decisions, hideDenied);
		this.place = place;
		this.served = new ServedTools();
	}

	private ToolGuard(ToolGuard guard, GuardLayer layer) {
		this.guard = guard.guard;
		this.requirements = guard.requirements;
		this.refusal = guard.refusal;
		this.hidden = guard.hidden;
		this.place = guard.place.in(layer);
		this.served = guard.served;
	}

	/**
	 * Return the same guard for a layer, where it is noted that tools are guarded there.
	 * @param layer the layer
	 * @return the guard
	 */
	public ToolGuard in(GuardLayer layer) {
		return new ToolGuard(this, layer);
	}

	/**
	 * Put the guard around a tool, if what it runs is annotated, or a policy covers it.
	 * @param tool the tool
	 * @return a callback that asks each time it is called; the same one if it runs as it
	 * is or is guarded already. A tool that another agent's guard stands around needs
	 * what both agents need
	 */
	public ToolCallback guard(ToolCallback tool) {
		if (tool instanceof CallerBoundToolCallback callers) {
			return callers.with(guard(callers.tool()));
		}
		return guard(tool, null);
	}

	/**
	 * Put the guard around each tool that needs it.
	 * @param tools the tools
	 * @return the tools in their order; the same list if there was nothing to guard
	 */
	public List<ToolCallback> guard(List<ToolCallback> tools) {
		List<ToolCallback> guarded = null;
		for (int i = 0; i < tools.size(); i++) {
			ToolCallback tool = tools.get(i);
			ToolCallback replacement = guard(tool);
			if (replacement != tool) {
				guarded = (guarded != null) ? guarded : new ArrayList<>(tools);
				guarded.set(i, replacement);
			}
		}
		return (guarded != null) ? guarded : tools;
	}

	ToolRequirements requirements() {
		return this.requirements;
	}

	Guard calls() {
		return this.guard;
	}

	/**
	 * Return the tools that the application's own MCP server serves.
	 */
	ServedTools served() {
		return this.served;
	}

	GuardRegister.Place place() {
		return this.place;
	}

	/**
	 * Put the guard around a tool.
	 * @param tool the tool
	 * @param added the terms on which it runs besides, or {@code null}
	 * @return the same one if it is guarded on these terms already
	 */
	ToolCallback guard(ToolCallback tool, @Nullable GuardTerms added) {
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		if (guarded != null && counts(guarded) && (added == null || guarded.toolTerms().includes(added))) {
			return tool;
		}
		if (tool instanceof MethodToolCallback method) {
			ToolMethod called = ToolInternals.toolMethod(method);
			GuardTerms own = this.requirements.ofMethod(called);
			GuardTerms terms = GuardTerms.both(own, added);
			return (terms != null) ? guarded(tool, terms, null,
					(own != null && this.requirements.mayCheckItself(called, own)) ? called : null) : tool;
		}
		ToolInspection inspection = this.requirements.inspect(tool);
		GuardTerms terms = GuardTerms.both(inspection.terms(), added);
		if (terms == null) {
			return tool;
		}
		return guarded(tool, terms, inspection.isFixed() ? null : () -> this.requirements.inspect(tool).terms(), null);
	}

	/**
	 * Put the guard around the tool that a function bean is.
	 * @param tool calls the bean
	 * @param terms on what terms it runs
	 * @param function the method of the bean
	 */
	ToolCallback guardFunction(ToolCallback tool, GuardTerms terms, ToolMethod function) {
		return guarded(tool, terms, null, this.requirements.mayCheckItself(function, terms) ? function : null);
	}

	private ToolCallback guarded(ToolCallback tool, GuardTerms terms, @Nullable Supplier<@Nullable GuardTerms> changing,
			@Nullable ToolMethod next) {
		note(tool, terms);
		return new GuardedToolCallback(callable(tool), this.guard, this.refusal, terms, changing, next);
	}

	/**
	 * Make the guard for the proxy that a tool is, or is to be.
	 * @param proxy the tool
	 * @param target what is behind the proxy
	 * @param terms on what terms it runs besides what is found behind it later
	 */
	GuardedToolCallback inProxy(ToolCallback proxy, ToolCallback target, GuardTerms terms) {
		note(proxy, terms);
		return new GuardedToolCallback(target, this.guard, this.refusal, terms,
				this.requirements.inspect(target).isFixed() ? null : () -> this.requirements.inspect(target).terms(),
				null);
	}

	private void note(ToolCallback tool, GuardTerms terms) {
		this.place.note(tool.getToolDefinition().name(), terms);
	}

	/**
	 * Where an application guards a tool by hand, the agent whose guard that is decides.
	 * Elsewhere any guard will do: it was put there on purpose.
	 */
	private boolean counts(GuardedToolCallback guarded) {
		return this.place.layer() != GuardLayer.TOOL_GUARD || guarded.isCalledBy(this.guard);
	}

	/**
	 * Return the answer to a call of a tool that is not there.
	 */
	ToolCallback unknown(String name) {
		return new UnknownToolCallback(name, this.guard);
	}

	/**
	 * Return which tools are not to be offered, because the agent may not use them now.
	 */
	HiddenTools hidden() {
		return this.hidden;
	}

	/**
	 * Refuse a model call that offers an annotated tool which nothing guards.
	 * @param tools what the call offers
	 * @throws UnguardedToolException if there is one
	 */
	void requireGuarded(Collection<ToolCallback> tools) {
		for (ToolCallback tool : tools) {
			requireGuarded(tool);
		}
	}

	private void requireGuarded(ToolCallback tool) {
		if (!this.requirements.isGuarded(tool)) {
			GuardTerms terms = this.requirements.find(tool);
			throw new UnguardedToolException(tool.getToolDefinition().name(),
					(terms != null) ? terms : GuardTerms.NONE);
		}
		if (tool instanceof MethodToolCallback callback && this.requirements.find(tool) != null) {
			// Public methods of a package-private class are out of Spring AI's reach once
			// the bean is a proxy: the proxy's class is public.
			ReflectionUtils.makeAccessible(ToolInternals.method(callback));
		}
	}

	/**
	 * Make a tool callable that Spring AI could not call on a proxy: private, static and
	 * final methods would run on the proxy's own, empty, object.
	 */
	private ToolCallback callable(ToolCallback tool) {
		if (!(tool instanceof MethodToolCallback callback)) {
			return this.requirements.prepare(tool);
		}
		Object object = ToolInternals.object(callback);
		if (object == null || !AopUtils.isAopProxy(object)) {
			return tool;
		}
		Method method = ToolInternals.method(callback);
		ReflectionUtils.makeAccessible(method);
		if (isOverridable(method)) {
			return tool;
		}
		Object target = AopProxyUtils.getSingletonTarget(object);
		return (target != null) ? callable(ToolInternals.on(callback, target)) : tool;
	}

	private static boolean isOverridable(Method method) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0;
	}

	/**
	 * Return what a failed tool call is for a model, if this library refused it.
	 * @param failure what the tool failed with
	 * @return the text, or {@code null} if the failure is the tool's own
	 */
	@Nullable String translate(Throwable failure) {
		return this.refusal.translate(failure);
	}

}
