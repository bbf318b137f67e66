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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.capability.GuardConfigurationException;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.user.OnBehalfOfUserAnnotations;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Finds on what terms a tool callback runs: by the annotations on what it runs, or by a
 * policy.
 */
final class ToolRequirements {

	private static final int MAX_DEPTH = 8;

	private final CapabilityRequirements annotations;

	private final OnBehalfOfUserAnnotations users;

	private final BeanGuards beans;

	private final Supplier<List<ToolPolicy>> policies;

	private final Map<MethodClassKey, Optional<ToolTerms>> methods = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Optional<ToolTerms>> types = new ConcurrentReferenceHashMap<>();

	ToolRequirements(ToolGuard.Terms terms) {
		this.annotations = terms.capabilities();
		this.users = terms.users();
		this.beans = terms.beans();
		this.policies = terms.policies();
	}

	/**
	 * Find the terms of a tool.
	 * @param callback the tool
	 * @return the terms, or {@code null} if it runs as it is
	 * @throws IllegalStateException if it is annotated in a way that can't be understood
	 */
	@Nullable ToolTerms find(ToolCallback callback) {
		return find(callback, 0);
	}

	private @Nullable ToolTerms find(ToolCallback callback, int depth) {
		if (callback instanceof GuardedTool guarded) {
			return guarded.toolTerms();
		}
		if (callback instanceof CallersTool callers) {
			return find(callers.tool(), depth);
		}
		if (callback instanceof MethodToolCallback method) {
			return ofMethod(method);
		}
		ToolTerms own = ofObject(callback);
		if (callback instanceof FunctionToolCallback<?, ?> function) {
			return together(own, callback, ToolInternals.functions(function).stream().map(this::ofObject));
		}
		ToolTerms known = together(own, ofPolicy(callback));
		return (depth < MAX_DEPTH) ? together(known, callback, ofDelegates(callback, depth)) : known;
	}

	private @Nullable ToolTerms ofPolicy(ToolCallback callback) {
		for (ToolPolicy policy : this.policies.get()) {
			ToolTerms terms = policy.termsOf(callback);
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

	private Stream<@Nullable ToolTerms> ofDelegates(ToolCallback callback, int depth) {
		return ToolInternals.delegates(callback)
			.stream()
			.filter((delegate) -> delegate != callback)
			.map((delegate) -> find(delegate, depth + 1));
	}

	private static @Nullable ToolTerms together(@Nullable ToolTerms closer, @Nullable ToolTerms further) {
		return (closer != null) ? closer.within(further) : further;
	}

	/**
	 * Whichever of them the callback runs: it needs what every one needs, unless it says
	 * itself which capabilities it needs.
	 */
	private static @Nullable ToolTerms together(@Nullable ToolTerms own, ToolCallback callback,
			Stream<@Nullable ToolTerms> terms) {
		Set<ToolTerms> found = new LinkedHashSet<>();
		terms.filter(Objects::nonNull).map(ToolTerms.class::cast).forEach(found::add);
		if (found.size() < 2) {
			return together(own, found.isEmpty() ? null : found.iterator().next());
		}
		CapabilityRequirement requirement = (own != null) ? own.requirement() : null;
		return new ToolTerms((requirement != null) ? requirement : all(callback, found),
				(own != null && own.onBehalfOfUser()) || found.stream().anyMatch(ToolTerms::onBehalfOfUser));
	}

	private static @Nullable CapabilityRequirement all(ToolCallback callback, Set<ToolTerms> terms) {
		Set<CapabilityRequirement> found = new LinkedHashSet<>();
		for (ToolTerms each : terms) {
			if (each.requirement() != null) {
				found.add(each.requirement());
			}
		}
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
	 * @param callback the tool
	 * @param terms its terms
	 */
	boolean checksItself(ToolCallback callback, ToolTerms terms) {
		return checksItself(callback, terms, 0);
	}

	private boolean checksItself(ToolCallback callback, ToolTerms terms, int depth) {
		if (callback instanceof GuardedTool) {
			return true;
		}
		if (callback instanceof CallersTool callers) {
			return checksItself(callers.tool(), terms, depth);
		}
		if (callback instanceof MethodToolCallback method) {
			Object object = ToolInternals.object(method);
			return object != null && this.beans.checks(object, ToolInternals.method(method), terms);
		}
		if (callback instanceof FunctionToolCallback<?, ?> function) {
			return ToolInternals.functions(function).stream().allMatch((candidate) -> {
				ToolTerms own = ofObject(candidate);
				return own == null || this.beans.checksFunction(candidate, own);
			});
		}
		return depth < MAX_DEPTH && ofObject(callback) == null && ofPolicy(callback) == null
				&& ToolInternals.delegates(callback)
					.stream()
					.filter((delegate) -> delegate != callback)
					.allMatch((delegate) -> {
						ToolTerms own = find(delegate, depth + 1);
						return own == null || checksItself(delegate, own, depth + 1);
					});
	}

	private @Nullable ToolTerms ofMethod(MethodToolCallback callback) {
		Method method = ToolInternals.method(callback);
		Object object = ToolInternals.object(callback);
		Class<?> type = (object != null) ? AopUtils.getTargetClass(object) : method.getDeclaringClass();
		MethodClassKey key = new MethodClassKey(method, type);
		Optional<ToolTerms> known = this.methods.get(key);
		if (known == null) {
			known = terms(this.annotations.find(method, type), this.users.isOn(method, type));
			this.methods.put(key, known);
		}
		ToolTerms own = known.orElse(null);
		return (object != null) ? together(own, this.beans.termsOf(object)) : own;
	}

	private @Nullable ToolTerms ofObject(Object object) {
		return together(find(AopUtils.getTargetClass(object)), this.beans.termsOf(object));
	}

	/**
	 * Find the terms that the annotations of a type set.
	 * @param type the type
	 * @return the terms, or {@code null} if it is not annotated
	 */
	@Nullable ToolTerms find(Class<?> type) {
		Optional<ToolTerms> known = this.types.get(type);
		if (known == null) {
			known = terms(this.annotations.find(type), this.users.isOn(type));
			this.types.put(type, known);
		}
		return known.orElse(null);
	}

	private static Optional<ToolTerms> terms(@Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		return (requirement != null || onBehalfOfUser) ? Optional.of(new ToolTerms(requirement, onBehalfOfUser))
				: Optional.empty();
	}

}
