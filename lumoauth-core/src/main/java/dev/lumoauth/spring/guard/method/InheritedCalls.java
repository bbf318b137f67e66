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
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
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
 * <p>
 * The rule looks at classes, not at single methods: if a class has a call of the
 * annotated method anywhere, each inherited method that others can call has to keep the
 * same terms.
 */
final class InheritedCalls {

	/** The names and descriptors of the methods that each class calls. */
	private static final ClassValue<Calls> CALLS = new ClassValue<>() {

		@Override
		protected Calls computeValue(Class<?> type) {
			return Calls.read(type);
		}

	};

	private InheritedCalls() {
	}

	/**
	 * Find an inherited method through which others can reach an annotated method of the
	 * object without its terms, wherever the annotation is.
	 * @param finder finds the terms of methods
	 * @param method the annotated method
	 * @param type the class of the object
	 * @param terms the terms that the annotation of the method sets
	 * @return a method that doesn't keep the terms; {@code null} if no inherited code
	 * calls the annotated method, or all such methods keep the terms
	 */
	static @Nullable Method open(GuardTermsFinder finder, Method method, Class<?> type, GuardTerms terms) {
		Predicate<Method> same = new SameMethod(type).as(method);
		Set<Class<?>> interfaces = new LinkedHashSet<>();
		addInterfaces(type, interfaces);
		// Collections and functions: each method may call each other.
		interfaces.removeIf((each) -> each.getName().startsWith("java.") || each.getName().startsWith("kotlin."));
		Set<Class<?>> all = superclasses(method.getDeclaringClass());
		// Only a superclass calls a method that is not public, and it may do so anywhere.
		boolean calledBySuperclass = isCalled(all, all, same.and((each) -> !Modifier.isPublic(each.getModifiers())));
		if (calledBySuperclass) {
			all.addAll(interfaces);
		}
		else {
			all = interfaces.stream()
				.filter((each) -> isCalled(Set.of(each), interfaces, same))
				.collect(Collectors.toCollection(LinkedHashSet::new));
		}
		SameMethod methods = new SameMethod(type);
		return all.stream().flatMap((each) -> Arrays.stream(each.getDeclaredMethods())).filter((each) -> {
			GuardTerms own = finder.find(each, type);
			return runsOnObject(each, methods, own) && !keeps(own, terms);
		}).findFirst().orElse(null);
	}

	private static boolean keeps(@Nullable GuardTerms kept, GuardTerms terms) {
		return kept != null && kept.includes(terms);
	}

	/**
	 * Return whether inherited code runs on the object behind the proxy if somebody calls
	 * a method. A final method runs on the proxy itself, and so does a default method
	 * that makes a function. A default method that makes a publisher does so only if it
	 * has no terms of its own: with terms, it is called when somebody subscribes, on the
	 * object.
	 * @param method the method
	 * @param methods the methods of the object's class
	 * @param own the terms of the method, or {@code null}
	 */
	private static boolean runsOnObject(Method method, SameMethod methods, @Nullable GuardTerms own) {
		if (!SameMethod.isOverridable(method) || method.isSynthetic()
				|| (method.getModifiers() & (Modifier.FINAL | Modifier.ABSTRACT)) != 0) {
			return false;
		}
		boolean onProxy = makesCode(method) && (own == null || DeferredTypes.isCode(method.getReturnType()));
		return !method.isDefault() || (methods.mostSpecific(method).equals(method) && !onProxy);
	}

	/**
	 * Return whether a default method makes a function or a publisher, such as
	 * {@code andThen}. These methods are called with the proxy as their object.
	 */
	private static boolean makesCode(Method method) {
		return method.isDefault()
				&& (DeferredTypes.isCode(method.getReturnType()) || DeferredTypes.isPublisher(method.getReturnType()));
	}

	/**
	 * Return whether a default method makes a function that may call a guarded method of
	 * its object.
	 * @param method the method
	 * @param type the class of the object
	 * @param guarded whether a guard stands around a method
	 * @return {@code false} if the class overrides the method as well
	 */
	static boolean makesCodeOf(Method method, Class<?> type, Predicate<Method> guarded) {
		return makesCode(method) && new SameMethod(type).mostSpecific(method).equals(method)
				&& Arrays.stream(method.getDeclaringClass().getMethods()).anyMatch(guarded);
	}

	private static boolean isCalled(Set<Class<?>> callers, Set<Class<?>> declaring, Predicate<Method> called) {
		Set<String> names = declaring.stream()
			.flatMap((each) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(each)))
			.filter(called)
			.map((each) -> each.getName() + Type.getMethodDescriptor(each))
			.collect(Collectors.toSet());
		return !names.isEmpty() && callers.stream().anyMatch((each) -> CALLS.get(each).containAny(names));
	}

	private static Set<Class<?>> superclasses(Class<?> type) {
		Set<Class<?>> superclasses = new LinkedHashSet<>();
		for (Class<?> each = type.getSuperclass(); each != null && each != Object.class; each = each.getSuperclass()) {
			superclasses.add(each);
		}
		return superclasses;
	}

	private static void addInterfaces(@Nullable Class<?> type, Set<Class<?>> found) {
		if (type == null) {
			return;
		}
		for (Class<?> each : type.getInterfaces()) {
			if (found.add(each)) {
				addInterfaces(each, found);
			}
		}
		addInterfaces(type.getSuperclass(), found);
	}

	/**
	 * Reads which methods of its own object a class calls.
	 */
	private static final class Calls extends ClassVisitor {

		private final Set<String> names = new HashSet<>();

		private final Set<String> owners;

		private boolean isUnknown;

		private Calls(Class<?> type) {
			super(SpringAsmInfo.ASM_VERSION);
			Set<Class<?>> types = superclasses(type);
			types.add(type);
			addInterfaces(type, types);
			this.owners = types.stream().map(Type::getInternalName).collect(Collectors.toSet());
		}

		static Calls read(Class<?> type) {
			Calls calls = new Calls(type);
			try (InputStream classFile = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
				new ClassReader(Objects.requireNonNull(classFile, "No class file")).accept(calls,
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
			catch (IOException | RuntimeException ex) {
				// A class file of a version that isn't known yet, for instance.
				calls.isUnknown = true;
			}
			return calls;
		}

		boolean containAny(Set<String> methods) {
			return this.isUnknown || methods.stream().anyMatch(this.names::contains);
		}

		private void add(String owner, String method) {
			if (this.owners.contains(owner)) {
				this.names.add(method);
			}
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String method, String methodDescriptor,
						boolean isInterface) {
					add(owner, method + methodDescriptor);
				}

				@Override
				public void visitInvokeDynamicInsn(String made, String madeDescriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle) {
							add(handle.getOwner(), handle.getName() + handle.getDesc());
						}
					}
				}

			};
		}

	}

}
