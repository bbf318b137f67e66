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

package dev.lumoauth.spring.guard.method;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds inherited code that calls an annotated method of its own object: a superclass
 * such as {@code HttpServlet}, whose {@code service} calls {@code doGet}, and the default
 * methods of interfaces. That code runs on the object behind the proxy, and its calls
 * pass no guard.
 */
final class InheritedCalls {

	/** Each entry is held by its class, and by nothing else. */
	private static final ClassValue<Calls> CALLS = new ClassValue<>() {
		@Override
		protected Calls computeValue(Class<?> type) {
			return Calls.read(type);
		}
	};

	private InheritedCalls() {
	}

	/**
	 * Find an inherited method that calls an annotated method of the object, wherever the
	 * annotation is.
	 * @param finder finds the terms of methods
	 * @param method the annotated method
	 * @param type the class of the object
	 * @param terms the terms that the annotation of the method sets
	 * @return a method that doesn't keep the terms, or {@code null}
	 */
	static @Nullable Method of(GuardTermsFinder finder, Method method, Class<?> type, GuardTerms terms) {
		Set<Class<?>> interfaces = interfaces(type);
		// Collections and functions: each method may call each other.
		interfaces.removeIf((each) -> each.getName().startsWith("java.") || each.getName().startsWith("kotlin."));
		Set<Class<?>> all = new LinkedHashSet<>();
		for (Class<?> each = above(method.getDeclaringClass()); each != null; each = above(each)) {
			all.add(each);
		}
		Predicate<Method> same = new SameMethod(type).as(method);
		Set<String> hooks = hooks(all, same.and((each) -> !Modifier.isPublic(each.getModifiers())));
		all.addAll(interfaces);
		Method caller = open(finder, all, type, hooks, terms);
		return (caller != null) ? caller : open(finder, interfaces, type, hooks(interfaces, same), terms);
	}

	/**
	 * Return the interfaces of a type, with those that they extend, and an interface
	 * itself.
	 */
	private static Set<Class<?>> interfaces(Class<?> type) {
		Set<Class<?>> interfaces = new LinkedHashSet<>();
		Deque<Class<?>> open = new ArrayDeque<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		while (!open.isEmpty()) {
			Class<?> next = open.remove();
			if (interfaces.add(next)) {
				open.addAll(List.of(next.getInterfaces()));
			}
		}
		return interfaces;
	}

	private static Set<String> hooks(Set<Class<?>> types, Predicate<Method> which) {
		return types.stream()
			.flatMap((each) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(each)))
			.filter(which)
			.map(InheritedCalls::key)
			.collect(Collectors.toCollection(HashSet::new));
	}

	/**
	 * A final method runs on the proxy if others call it, but on the object behind it if
	 * another inherited method calls it there.
	 */
	private static @Nullable Method open(GuardTermsFinder finder, Set<Class<?>> inherited, Class<?> type,
			Set<String> hooks, GuardTerms terms) {
		SameMethod methods = new SameMethod(type);
		int known = 0;
		while (hooks.size() > known) {
			known = hooks.size();
			for (Class<?> each : inherited) {
				for (Method caller : callers(each, hooks)) {
					GuardTerms kept = finder.find(caller, type);
					if ((kept != null && kept.includes(terms)) || (each.isInterface()
							&& (composes(caller) || !methods.mostSpecific(caller).equals(caller)))) {
						continue;
					}
					if (!Modifier.isFinal(caller.getModifiers())) {
						return caller;
					}
					hooks.add(key(caller));
				}
			}
		}
		return null;
	}

	private static @Nullable Class<?> above(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		return (superclass != Object.class) ? superclass : null;
	}

	/**
	 * Return whether a method makes a function, such as {@code andThen}. These methods
	 * are called with the proxy as their object.
	 */
	private static boolean composes(Method method) {
		return method.isDefault() && DeferredTypes.isDeferred(method.getReturnType());
	}

	/**
	 * Return whether a default method makes a function that calls a guarded method of its
	 * object.
	 * @param method the method
	 * @param type the class of the object
	 * @param guarded whether a guard stands around a method
	 * @return {@code false} if the class overrides the method as well
	 */
	static boolean compose(Method method, Class<?> type, Predicate<Method> guarded) {
		if (!composes(method) || !new SameMethod(type).mostSpecific(method).equals(method)) {
			return false;
		}
		Set<String> hooks = interfaces(method.getDeclaringClass()).stream()
			.flatMap((each) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(each)))
			.filter(guarded)
			.map(InheritedCalls::key)
			.collect(Collectors.toSet());
		return !hooks.isEmpty() && callers(method.getDeclaringClass(), hooks).contains(method);
	}

	/**
	 * Return the methods of a type that call others of their object, directly or through
	 * private methods and lambdas.
	 */
	private static Set<Method> callers(Class<?> type, Set<String> called) {
		Calls calls = CALLS.get(type);
		Method[] declared = ReflectionUtils.getDeclaredMethods(type);
		Set<Method> callers = new LinkedHashSet<>();
		Set<String> seen = new HashSet<>(called);
		Deque<String> open = new ArrayDeque<>(called);
		while (!open.isEmpty()) {
			String next = open.remove();
			for (Method method : declared) {
				String caller = key(method);
				if (!calls.isCall(caller, next) || !seen.add(caller)) {
					continue;
				}
				if (SameMethod.isOverridable(method) && !method.isSynthetic()) {
					callers.add(method);
				}
				else {
					open.add(caller);
				}
			}
		}
		return callers;
	}

	private static String key(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	/**
	 * Reads which methods a class calls of its own types.
	 */
	private static final class Calls extends ClassVisitor {

		private final Map<String, Set<String>> called = new HashMap<>();

		private final Set<String> owners;

		private boolean read;

		private Calls(Class<?> type) {
			super(SpringAsmInfo.ASM_VERSION);
			Set<Class<?>> types = interfaces(type);
			for (Class<?> each = type; each != null; each = above(each)) {
				types.add(each);
			}
			this.owners = types.stream().map(Type::getInternalName).collect(Collectors.toSet());
		}

		static Calls read(Class<?> type) {
			Calls calls = new Calls(type);
			try (InputStream classFile = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
				if (classFile != null) {
					new ClassReader(classFile).accept(calls, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
					calls.read = true;
				}
			}
			catch (IOException | RuntimeException ex) {
				// A class file of a version that isn't known yet, for instance.
				calls.read = false;
			}
			return calls;
		}

		/**
		 * If the class file can't be read, each method may call each other.
		 */
		boolean isCall(String caller, String method) {
			return !this.read || this.called.getOrDefault(caller, Set.of()).contains(method);
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			Set<String> found = this.called.computeIfAbsent(name + descriptor, (key) -> new HashSet<>());
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String method, String methodDescriptor,
						boolean isInterface) {
					if (Calls.this.owners.contains(owner)) {
						found.add(method + methodDescriptor);
					}
				}

				@Override
				public void visitInvokeDynamicInsn(String made, String madeDescriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle && Calls.this.owners.contains(handle.getOwner())) {
							found.add(handle.getName() + handle.getDesc());
						}
					}
				}

			};
		}

	}

}
