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
import java.util.List;
import java.util.Objects;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
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
			return ToolInternals.functions(function)
				.stream()
				.map(this::ofObject)
				.filter(Objects::nonNull)
				.findFirst()
				.orElse(null);
		}
		return (depth < MAX_DEPTH) ? ofDelegates(callback, depth) : null;
	}

	private @Nullable CapabilityRequirement ofDelegates(ToolCallback callback, int depth) {
		for (ToolCallback delegate : ToolInternals.delegates(callback)) {
			CapabilityRequirement requirement = (delegate != callback) ? find(delegate, depth + 1) : null;
			if (requirement != null) {
				return requirement;
			}
		}
		return null;
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
