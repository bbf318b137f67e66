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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.capability.GuardConfigurationException;
import dev.lumoauth.spring.capability.Match;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.support.AopUtils;

/**
 * Finds which capabilities a tool callback needs, by the annotation on what it runs.
 */
final class ToolRequirements {

	private static final int MAX_DEPTH = 8;

	private final CapabilityRequirements annotations;

	private final BeanGuards beans;

	ToolRequirements(CapabilityRequirements annotations, BeanGuards beans) {
		this.annotations = annotations;
		this.beans = beans;
	}

	/**
	 * Find what a tool needs.
	 * @param callback the tool
	 * @return the requirement, or {@code null} if it needs no capability
	 * @throws IllegalStateException if it is annotated in a way that can't be understood
	 */
	@Nullable CapabilityRequirement find(ToolCallback callback) {
		return find(callback, 0);
	}

	private @Nullable CapabilityRequirement find(ToolCallback callback, int depth) {
		if (callback instanceof GuardedTool guarded) {
			return guarded.capabilityRequirement();
		}
		if (callback instanceof MethodToolCallback method) {
			return ofMethod(method);
		}
		CapabilityRequirement own = ofObject(callback);
		if (own != null) {
			return own;
		}
		if (callback instanceof FunctionToolCallback<?, ?> function) {
			return all(callback, ToolInternals.functions(function).stream().map(this::ofObject));
		}
		return (depth < MAX_DEPTH) ? ofDelegates(callback, depth) : null;
	}

	private @Nullable CapabilityRequirement ofDelegates(ToolCallback callback, int depth) {
		return all(callback,
				ToolInternals.delegates(callback)
					.stream()
					.filter((delegate) -> delegate != callback)
					.map((delegate) -> find(delegate, depth + 1)));
	}

	/**
	 * Whichever of them the callback runs: it needs what every one needs.
	 */
	private static @Nullable CapabilityRequirement all(ToolCallback callback,
			Stream<@Nullable CapabilityRequirement> requirements) {
		Set<CapabilityRequirement> found = new LinkedHashSet<>();
		requirements.filter(Objects::nonNull).map(CapabilityRequirement.class::cast).forEach(found::add);
		if (found.size() < 2) {
			return found.isEmpty() ? null : found.iterator().next();
		}
		if (found.stream().anyMatch((each) -> each.match() == Match.ANY && each.capabilities().size() > 1)) {
			throw new GuardConfigurationException(
					"Tool '" + callback.getToolDefinition().name() + "' of class " + callback.getClass().getName()
							+ " runs several annotated tools, one of them with Match.ANY.",
					"Put @RequiresCapability on each of them as a tool of its own.");
		}
		return new CapabilityRequirement(found.stream().flatMap((each) -> each.capabilities().stream()).toList(),
				Match.ALL);
	}

	/**
	 * Return whether the function behind a tool, or the callback behind a decorating one,
	 * checks by itself.
	 */
	boolean checksItself(ToolCallback callback) {
		return checksItself(callback, 0);
	}

	private boolean checksItself(ToolCallback callback, int depth) {
		if (callback instanceof GuardedTool) {
			return true;
		}
		if (callback instanceof MethodToolCallback method) {
			Object object = ToolInternals.object(method);
			return object != null && this.beans.checks(object, ToolInternals.method(method));
		}
		if (callback instanceof FunctionToolCallback<?, ?> function) {
			return ToolInternals.functions(function)
				.stream()
				.filter((candidate) -> ofObject(candidate) != null)
				.allMatch(this.beans::checksFunction);
		}
		List<ToolCallback> guarded = ToolInternals.delegates(callback)
			.stream()
			.filter((delegate) -> delegate != callback && find(delegate, depth + 1) != null)
			.toList();
		return ofObject(callback) == null && depth < MAX_DEPTH
				&& guarded.stream().allMatch((delegate) -> checksItself(delegate, depth + 1));
	}

	private @Nullable CapabilityRequirement ofMethod(MethodToolCallback callback) {
		Method method = ToolInternals.method(callback);
		Object object = ToolInternals.object(callback);
		Class<?> type = (object != null) ? AopUtils.getTargetClass(object) : method.getDeclaringClass();
		CapabilityRequirement requirement = this.annotations.find(method, type);
		return (requirement != null || object == null) ? requirement : this.beans.requirementOf(object);
	}

	private @Nullable CapabilityRequirement ofObject(Object object) {
		CapabilityRequirement requirement = this.annotations.find(AopUtils.getTargetClass(object));
		return (requirement != null) ? requirement : this.beans.requirementOf(object);
	}

}
