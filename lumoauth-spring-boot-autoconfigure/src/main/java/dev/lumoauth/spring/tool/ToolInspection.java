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

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.capability.GuardConfigurationException;
import dev.lumoauth.spring.tool.AnnotatedTypes.AnnotatedMethod;
import dev.lumoauth.spring.tool.AnnotatedTypes.AnnotatedType;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * One look at everything that a tool may run: the callback, what decorators hold, what
 * lambdas captured, functions, and what lists, maps and records among them contain. What
 * it finds adds up. It follows what wraps or carries code, not the services that the code
 * uses: of those it looks at their annotations only.
 */
final class ToolInspection {

	private static final int MAX_WRAPPERS = 100;

	private static final int MAX_ELEMENTS = 1_000;

	private static final int MAX_SEEN = 5_000;

	private final ToolRequirements requirements;

	private final Deque<Runnable> open = new ArrayDeque<>();

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private int wrappers;

	private @Nullable ToolTerms terms;

	private boolean unchecked;

	private boolean fixed = true;

	private boolean opaque;

	private ToolInspection(ToolRequirements requirements) {
		this.requirements = requirements;
	}

	/**
	 * Look at a tool, or at what runs one.
	 * @param requirements knows annotations, beans and policies
	 * @param subject a callback, a provider or a handler
	 * @throws GuardConfigurationException if there is too much behind it
	 */
	static ToolInspection of(ToolRequirements requirements, Object subject) {
		ToolInspection inspection = new ToolInspection(requirements);
		inspection.add(subject, subject);
		for (Runnable next = inspection.open.poll(); next != null; next = inspection.open.poll()) {
			next.run();
		}
		// Remembered with the tool as a weak key, which must not be held here.
		inspection.seen.clear();
		return inspection;
	}

	/**
	 * Return on what terms it runs, all of them together.
	 */
	@Nullable ToolTerms terms() {
		return this.terms;
	}

	/**
	 * Return whether something behind it has terms and does not keep them by itself.
	 */
	boolean isUnchecked() {
		return this.unchecked;
	}

	/**
	 * Return whether what is behind it can't be exchanged.
	 */
	boolean isFixed() {
		return this.fixed;
	}

	/**
	 * Return whether something behind it can't be looked into.
	 */
	boolean isOpaque() {
		return this.opaque;
	}

	private void add(@Nullable Object value, Object holder) {
		if (value == null || isPlain(value.getClass()) || !this.seen.add(value)) {
			return;
		}
		if (this.seen.size() > MAX_SEEN) {
			this.opaque = true;
		}
		else {
			this.open.add(() -> look(value, holder));
		}
	}

	private static boolean isPlain(Class<?> type) {
		return type == String.class || type == Class.class || Number.class.isAssignableFrom(type)
				|| type == Boolean.class || type == Character.class
				|| (type.isArray() && type.getComponentType().isPrimitive());
	}

	private void look(Object value, Object holder) {
		if (value instanceof CallersTool callers) {
			add(callers.tool(), callers);
			return;
		}
		GuardedToolCallback guarded = GuardedToolCallback.around(value);
		if (guarded != null) {
			this.fixed &= guarded.isFixed();
			this.terms = ToolTerms.both(this.terms, guarded.toolTerms());
			return;
		}
		ToolMethod method = this.requirements.methodOf(value);
		if (method != null) {
			look(method);
		}
		else if (value instanceof ToolCallback tool) {
			this.fixed &= tool.getClass() == FunctionToolCallback.class;
			keep(value, this.requirements.types().through(ToolCallback.class, AopUtils.getTargetClass(value)), true);
			this.terms = ToolTerms.both(this.terms, ofPolicy(tool));
			follow(value);
		}
		else if (value instanceof ToolCallbackProvider provider) {
			this.fixed = false;
			if (!GuardedProvider.isAround(value, null)) {
				keep(value,
						this.requirements.types().through(ToolCallbackProvider.class, AopUtils.getTargetClass(value)),
						true);
			}
			if (!ToolRequirements.isMcp(provider)) {
				Arrays.stream(provider.getToolCallbacks()).forEach((tool) -> add(tool, provider));
			}
		}
		else if (!elements(value)) {
			lookAtObject(value, holder);
		}
	}

	private @Nullable ToolTerms ofPolicy(ToolCallback tool) {
		ToolTerms terms = this.requirements.ofPolicy(tool);
		this.unchecked |= terms != null;
		return terms;
	}

	private void look(ToolMethod method) {
		ToolTerms own = this.requirements.ofMethod(method);
		if (own != null) {
			this.terms = ToolTerms.both(this.terms, own);
			this.unchecked |= !this.requirements.checksItself(method, own);
		}
	}

	/**
	 * A function that Spring AI itself adapts is called by its interface. Whatever else
	 * holds an object may call any of its methods.
	 */
	private void lookAtObject(Object value, Object holder) {
		Class<?> type = AopUtils.getTargetClass(value);
		boolean code = WrapperFields.carriesCode(type);
		List<Class<?>> contracts = (code && WrapperFields.isAdapter(holder.getClass())) ? WrapperFields.functions(value)
				: List.of();
		if (contracts.isEmpty()) {
			keep(value, this.requirements.types().all(type), false);
		}
		contracts.forEach((each) -> keep(value, this.requirements.types().through(each, type), true));
		if (code) {
			follow(value);
		}
		else {
			lookAtHolder(value, type);
		}
	}

	private void lookAtHolder(Object value, Class<?> type) {
		for (Field field : WrapperFields.ofHolder(type)) {
			this.fixed &= Modifier.isFinal(field.getModifiers());
			Object held = WrapperFields.get(field, target(value));
			if (isUnguardedTool(held)) {
				add(held, value);
			}
		}
	}

	/**
	 * A tool with a guard of its own, in an object that does many things, says nothing
	 * about what the object does for this tool.
	 */
	private static boolean isUnguardedTool(@Nullable Object held) {
		return held instanceof ToolCallbackProvider
				|| (held instanceof ToolCallback && GuardedToolCallback.around(held) == null);
	}

	private void keep(Object value, AnnotatedType annotated, boolean called) {
		this.terms = ToolTerms.both(this.terms, this.requirements.ofBean(value));
		if (annotated.methods().isEmpty() && annotated.ofType() == null) {
			return;
		}
		boolean checks = !annotated.methods().isEmpty();
		for (AnnotatedMethod each : annotated.methods()) {
			checks &= this.requirements.checksItself(new ToolMethod(each.method(), value), each.terms());
		}
		this.unchecked |= !checks;
		// Which of its methods runs is not known: where each checks by itself, only what
		// all of them need is certain.
		this.terms = ToolTerms.both(this.terms, (checks && !called) ? annotated.ofType() : annotated.terms());
	}

	private void follow(Object wrapper) {
		if (!wrapper.getClass().isRecord() && ++this.wrappers > MAX_WRAPPERS) {
			throw new GuardConfigurationException(
					"A tool holds more than " + MAX_WRAPPERS + " decorators and functions, the last one of class "
							+ wrapper.getClass().getName() + ": the guard can't look into all of them.",
					"Put @RequiresCapability on the tools one by one, and offer them as tools of their own.");
		}
		Object target = target(wrapper);
		for (Field field : WrapperFields.of(target.getClass())) {
			this.fixed &= Modifier.isFinal(field.getModifiers());
			if (field.trySetAccessible()) {
				add(WrapperFields.get(field, target), wrapper);
			}
			else {
				this.opaque = true;
			}
		}
	}

	private static Object target(Object value) {
		Object target = (value instanceof Advised) ? AopProxyUtils.getSingletonTarget(value) : null;
		return (target != null) ? target(target) : value;
	}

	/**
	 * Look at what a container has in it.
	 * @return {@code false} if the object is no container
	 */
	private boolean elements(Object value) {
		if (value instanceof Collection<?> collection) {
			addAll(collection, value);
		}
		else if (value instanceof Map<?, ?> map) {
			addAll(map.values(), value);
			addAll(map.keySet(), value);
		}
		else if (value.getClass().isArray()) {
			for (int i = 0; i < Array.getLength(value); i++) {
				add(Array.get(value, i), value);
			}
		}
		else if (value instanceof Optional<?> optional) {
			optional.ifPresent((element) -> add(element, value));
		}
		else if (value instanceof AtomicReference<?> reference) {
			add(reference.get(), value);
		}
		else {
			return false;
		}
		this.fixed = false;
		return true;
	}

	/**
	 * Data may change while it is looked at, and a large amount of it holds no tools.
	 */
	private void addAll(Collection<?> elements, Object holder) {
		int attempts = 0;
		while (true) {
			try {
				int count = 0;
				for (Object element : elements) {
					if (++count > MAX_ELEMENTS) {
						this.opaque = true;
						return;
					}
					add(element, holder);
				}
				return;
			}
			catch (ConcurrentModificationException ex) {
				if (++attempts > 3) {
					this.opaque = true;
					return;
				}
			}
		}
	}

}
