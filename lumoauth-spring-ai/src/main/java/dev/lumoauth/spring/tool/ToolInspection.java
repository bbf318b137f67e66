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

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import dev.lumoauth.spring.tool.AnnotatedTypes.AnnotatedMethod;
import dev.lumoauth.spring.tool.AnnotatedTypes.AnnotatedType;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.target.HotSwappableTargetSource;

/**
 * Inspects everything that a tool may run: the callback, the objects in decorators, the
 * captured objects of lambdas, functions, and the elements of lists, maps and records
 * among them. All findings add up. It follows objects that wrap or carry code, not the
 * services that the code uses: for services only their annotations count.
 */
final class ToolInspection {

	private static final int MAX_SEEN = 5_000;

	private final ToolRequirements requirements;

	private final Deque<Runnable> open = new ArrayDeque<>();

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * The objects with many tasks, of which only the tools that they hold are inspected,
	 * and the containers of these objects.
	 */
	private final Set<Object> holders = Collections.newSetFromMap(new IdentityHashMap<>());

	private @Nullable GuardTerms terms;

	private boolean unchecked;

	private boolean fixed = true;

	private boolean opaque;

	private ToolInspection(ToolRequirements requirements) {
		this.requirements = requirements;
	}

	/**
	 * Inspect a tool, or an object that runs tools.
	 * @param requirements knows annotations, beans and policies
	 * @param subject a callback, a provider or a handler
	 * @throws GuardConfigurationException if there are too many objects behind it
	 */
	static ToolInspection of(ToolRequirements requirements, Object subject) {
		ToolInspection inspection = new ToolInspection(requirements);
		inspection.add(subject, subject);
		for (Runnable next = inspection.open.poll(); next != null; next = inspection.open.poll()) {
			next.run();
		}
		// Remembered with the tool as a weak key, which must not be held here.
		inspection.seen.clear();
		inspection.holders.clear();
		return inspection;
	}

	/**
	 * Return all terms together.
	 */
	@Nullable GuardTerms terms() {
		return this.terms;
	}

	/**
	 * Return whether some code behind it has terms and does not check them itself.
	 */
	boolean isUnchecked() {
		return this.unchecked;
	}

	/**
	 * Return whether the objects behind it can't be exchanged.
	 */
	boolean isFixed() {
		return this.fixed;
	}

	/**
	 * Return whether an object behind it can't be inspected.
	 */
	boolean isOpaque() {
		return this.opaque;
	}

	private void add(@Nullable Object value, Object holder) {
		if (value == null || !isOfConcern(value) || (this.holders.contains(holder) && isGuarded(value))
				|| !this.seen.add(value)) {
			return;
		}
		if (this.seen.size() > MAX_SEEN) {
			tooMany(value);
		}
		else {
			this.open.add(() -> look(value, holder));
		}
	}

	/**
	 * If an object with many tasks holds a tool with its own guard, that says nothing
	 * about what the object does for this tool.
	 */
	private static boolean isGuarded(Object held) {
		return GuardedToolCallback.around(held) != null || GuardedProvider.isAround(held, null)
				|| held instanceof LumoAuthFunctionTools;
	}

	/**
	 * Data may be left out, but code that may run must not be left out.
	 */
	private void tooMany(Object value) {
		if (value instanceof ToolCallback || value instanceof ToolCallbackProvider
				|| WrapperFields.carriesCode(value.getClass()) || this.requirements.types().mentions(typeOf(value))) {
			throw new GuardConfigurationException(
					"A tool holds more than " + MAX_SEEN + " objects, among them one of class "
							+ value.getClass().getName() + ": the guard can't look into all of them.",
					"Put @RequiresCapability on each of the tools, and offer each of them as a separate tool.");
		}
		this.opaque = true;
	}

	private boolean isOfConcern(Object value) {
		Class<?> type = value.getClass();
		return !isPlain(type) && (value instanceof ToolCallback || value instanceof ToolCallbackProvider
				|| value instanceof Advised || value instanceof ThreadLocal<?> || Elements.isContainer(value)
				|| WrapperFields.carriesCode(type) || !WrapperFields.ofHolder(type).isEmpty()
				|| this.requirements.types().mentions(type));
	}

	private static Class<?> typeOf(Object value) {
		return AopProxyUtils.ultimateTargetClass(value);
	}

	private static boolean isPlain(Class<?> type) {
		return type == String.class || type == Class.class || Number.class.isAssignableFrom(type)
				|| type == Boolean.class || type == Character.class
				|| (type.isArray() && type.getComponentType().isPrimitive());
	}

	private void look(Object value, Object holder) {
		if (value instanceof CallerBoundToolCallback callers) {
			add(callers.tool(), callers);
			return;
		}
		GuardedToolCallback guarded = GuardedToolCallback.around(value);
		if (guarded != null) {
			this.fixed &= guarded.isFixed();
			this.terms = GuardTerms.both(this.terms, guarded.toolTerms());
			return;
		}
		ToolMethod method = this.requirements.methodOf(value);
		if (method != null) {
			look(method);
		}
		else if (value instanceof ToolCallback tool) {
			this.fixed &= tool.getClass() == FunctionToolCallback.class;
			keep(value, this.requirements.types().through(ToolCallback.class, typeOf(value)), true);
			this.terms = GuardTerms.both(this.terms, ofPolicy(tool));
			follow(value, WrapperFields::of);
		}
		else if (value instanceof ToolCallbackProvider provider) {
			this.fixed = false;
			if (!GuardedProvider.isAround(value, null)) {
				keep(value, this.requirements.types().through(ToolCallbackProvider.class, typeOf(value)), true);
			}
			if (!SpringAiMcp.isProvider(provider)) {
				Arrays.stream(provider.getToolCallbacks()).forEach((tool) -> add(tool, provider));
			}
		}
		else {
			Iterable<?> elements = Elements.of(value);
			if (elements == null) {
				lookAtObject(value, holder);
				return;
			}
			if (this.holders.contains(holder)) {
				this.holders.add(value);
			}
			forEach(elements, (element) -> add(element, value));
		}
	}

	private @Nullable GuardTerms ofPolicy(ToolCallback tool) {
		GuardTerms terms = this.requirements.ofPolicy(tool);
		this.unchecked |= terms != null;
		return terms;
	}

	private void look(ToolMethod method) {
		GuardTerms own = this.requirements.ofMethod(method);
		if (own != null) {
			this.terms = GuardTerms.both(this.terms, own);
			this.unchecked |= !this.requirements.checksItself(method, own);
		}
		this.unchecked |= GuardCoverage.isOnProxyItself(method.object(), method.method());
	}

	/**
	 * A function that Spring AI itself adapts is called by its interface. Any other
	 * holder of an object may call any of its methods.
	 */
	private void lookAtObject(Object value, Object holder) {
		Class<?> type = typeOf(value);
		boolean code = WrapperFields.carriesCode(type) || WrapperFields.carriesCode(value.getClass())
				|| Elements.isContainer(value);
		List<Class<?>> contracts = (code && WrapperFields.isAdapter(holder.getClass())) ? WrapperFields.functions(value)
				: List.of();
		if (contracts.isEmpty()) {
			keep(value, this.requirements.types().all(type), false);
		}
		contracts.forEach((each) -> keep(value, this.requirements.types().through(each, type), true));
		this.opaque |= value instanceof ThreadLocal<?>;
		if (!code) {
			this.holders.add(value);
		}
		follow(value, code ? WrapperFields::of : WrapperFields::ofHolder);
	}

	private void keep(Object value, AnnotatedType annotated, boolean called) {
		this.terms = GuardTerms.both(this.terms, GuardCoverage.ofBeanMethod(value));
		if (annotated.methods().isEmpty() && annotated.ofType() == null) {
			return;
		}
		boolean checks = !annotated.methods().isEmpty();
		for (AnnotatedMethod each : annotated.methods()) {
			checks &= this.requirements.checksItself(new ToolMethod(each.method(), value), each.terms());
		}
		this.unchecked |= !checks;
		// It is not known which of the methods runs: if each method checks its own calls,
		// only the terms of the class are certain.
		this.terms = GuardTerms.both(this.terms, (checks && !called) ? annotated.ofType() : annotated.terms());
	}

	private void follow(Object wrapper, Function<Class<?>, List<Field>> fields) {
		Object target = target(wrapper);
		if (target instanceof Advised) {
			// The object behind it comes from the container each time, with its guard.
			this.fixed = false;
			return;
		}
		if (Proxy.isProxyClass(target.getClass())) {
			add(Proxy.getInvocationHandler(target), wrapper);
			return;
		}
		for (Field field : fields.apply(target.getClass())) {
			this.fixed &= Modifier.isFinal(field.getModifiers());
			if (field.trySetAccessible()) {
				add(WrapperFields.get(field, target), wrapper);
			}
			else {
				this.opaque = true;
			}
		}
	}

	private Object target(Object value) {
		Object target = AopProxyUtils.getSingletonTarget(value);
		if (value instanceof Advised advised
				&& advised.getTargetSource() instanceof HotSwappableTargetSource exchangeable) {
			this.fixed = false;
			target = exchangeable.getTarget();
		}
		return (target != null) ? target(target) : value;
	}

	/**
	 * Data may change during the inspection, or may no longer be reachable.
	 */
	private void forEach(Iterable<?> elements, Consumer<@Nullable Object> action) {
		this.fixed = false;
		for (int attempt = 0; attempt < 3; attempt++) {
			try {
				elements.forEach(action);
				return;
			}
			catch (ConcurrentModificationException ex) {
				// Once more: what was seen is not looked at twice.
			}
			catch (GuardConfigurationException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				break;
			}
		}
		this.opaque = true;
	}

}
