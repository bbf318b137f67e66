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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the guard around tool callbacks. All layers use this class. Application code calls
 * it directly where no layer applies, such as in its own loop around a chat model.
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

	private final OnRefusal refusal;

	private final boolean hideDenied;

	private final GuardRegister.Place place;

	private final ServedTools served;

	/**
	 * Create the guard of an agent's tools.
	 * @param guard makes the calls
	 * @param finder finds the terms of code
	 * @param policies supplies the policies that know the terms of tools without
	 * annotations; called with the first such tool
	 * @param onDenied what happens to a refused call
	 * @param hideDenied whether tools that the agent may not use are hidden
	 * @param place the place in which guarded tools are noted
	 */
	public ToolGuard(Guard guard, GuardTermsFinder finder, Supplier<List<ToolPolicy>> policies, OnRefusal onDenied,
			boolean hideDenied, GuardRegister.Place place) {
		this(guard, new ToolRequirements(finder, policies), onDenied, hideDenied, place, new ServedTools());
	}

	private ToolGuard(Guard guard, ToolRequirements requirements, OnRefusal refusal, boolean hideDenied,
			GuardRegister.Place place, ServedTools served) {
		this.guard = guard;
		this.requirements = requirements;
		this.refusal = refusal;
		this.hideDenied = hideDenied;
		this.place = place;
		this.served = served;
	}

	/**
	 * Return the same guard for a layer, in which it notes the tools that it guards.
	 * @param layer the layer
	 * @return the guard
	 */
	public ToolGuard in(GuardLayer layer) {
		return new ToolGuard(this.guard, this.requirements, this.refusal, this.hideDenied, this.place.in(layer),
				this.served);
	}

	/**
	 * Put the guard around a tool, if the code that it runs is annotated or a policy
	 * covers it.
	 * @param tool the tool
	 * @return a callback that checks each call; the same callback if the tool needs no
	 * guard or is guarded already. A tool that another agent's guard protects already
	 * then needs the permissions of both agents
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
		List<ToolCallback> guarded = new ArrayList<>(tools);
		guarded.replaceAll(this::guard);
		return guarded.equals(tools) ? tools : guarded;
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
	 * @param added additional terms of the tool, or {@code null}
	 * @return the guarded tool; the same one if it is guarded on these terms already
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
			if (GuardCoverage.isOnProxyItself(called.object(), called.method())
					|| (terms != null && GuardCoverage.isFoundAnew(called.object()))) {
				// What made the bean may be annotated, which is known when the bean is
				// there.
				return guarded(new FoundTool(method, (found) -> guard(found, terms)),
						(terms != null) ? terms : GuardTerms.NONE, null, null);
			}
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
	 * Put the guard around the tool of a function bean.
	 * @param tool the tool, which calls the bean
	 * @param terms the terms of the tool
	 * @param function the method of the bean
	 */
	ToolCallback guardFunction(ToolCallback tool, GuardTerms terms, ToolMethod function) {
		note(tool, terms);
		return new GuardedToolCallback(callable(tool), this.guard, this.refusal, terms, null,
				this.requirements.mayCheckItself(function, terms) ? function : null, function);
	}

	private ToolCallback guarded(ToolCallback tool, GuardTerms terms, @Nullable Supplier<@Nullable GuardTerms> changing,
			@Nullable ToolMethod next) {
		note(tool, terms);
		ToolCallback callable = callable(tool);
		return new GuardedToolCallback(callable, this.guard, this.refusal, terms, changing, next, callable);
	}

	/**
	 * Create the guard for a tool that is, or becomes, a proxy.
	 * @param proxy the tool
	 * @param target the object behind the proxy
	 * @param terms the terms of the tool, in addition to those found behind it later
	 */
	GuardedToolCallback inProxy(ToolCallback proxy, ToolCallback target, GuardTerms terms) {
		note(proxy, terms);
		return new GuardedToolCallback(target, this.guard, this.refusal, terms,
				this.requirements.inspect(target).isFixed() ? null : () -> this.requirements.inspect(target).terms(),
				null, target);
	}

	private void note(ToolCallback tool, GuardTerms terms) {
		this.place.note(tool.getToolDefinition().name(), terms);
	}

	/**
	 * If an application guards a tool itself, the agent of that guard decides. Elsewhere
	 * any guard is enough, since it was put there on purpose.
	 */
	private boolean counts(GuardedToolCallback guarded) {
		return this.place.layer() != GuardLayer.TOOL_GUARD || guarded.calls() == this.guard;
	}

	/**
	 * Return the answer to a call of a tool that does not exist.
	 */
	ToolCallback unknown(String name) {
		return new UnknownToolCallback(name, this.guard, this.requirements.ofUnknown(name));
	}

	/**
	 * Return whether tools that the agent may not use are hidden.
	 */
	boolean isHidingDenied() {
		return this.hideDenied;
	}

	/**
	 * Refuse a model call that offers an annotated tool without a guard.
	 * @param tools the tools that the call offers
	 * @throws UnguardedToolException if there is such a tool
	 */
	void requireGuarded(Collection<ToolCallback> tools) {
		for (ToolCallback tool : tools) {
			requireGuarded(tool);
		}
	}

	private void requireGuarded(ToolCallback tool) {
		ToolInspection inspection = this.requirements.inspect(tool);
		GuardTerms terms = inspection.terms();
		if (inspection.isUnchecked()) {
			throw new UnguardedToolException(tool.getToolDefinition().name(), terms);
		}
		if (tool instanceof MethodToolCallback callback && terms != null) {
			// Spring AI can't reach public methods of a package-private class once the
			// bean is a proxy: the proxy's class is public.
			ReflectionUtils.makeAccessible(ToolInternals.method(callback));
		}
	}

	/**
	 * Make a tool callable that Spring AI could not call on a proxy: private, static and
	 * final methods would run on the proxy object itself, whose fields are empty.
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
		if (GuardCoverage.isOverridable(method)) {
			return tool;
		}
		Object target = AopProxyUtils.getSingletonTarget(object);
		return (target != null) ? callable(ToolInternals.on(callback, target)) : tool;
	}

	/**
	 * Return the text that a model reads about a failed tool call, if this library
	 * refused it.
	 * @param failure the failure of the tool
	 * @return the text, or {@code null} if the failure is the tool's own
	 */
	@Nullable String translate(Throwable failure) {
		return this.refusal.translate(failure);
	}

}
