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

package dev.lumoauth.spring.reflect;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The bridges that a compiler puts into a class, and the methods that they call. A bridge
 * of Java has the name of the method that it calls, so Spring finds the method. A bridge
 * of Kotlin may have another name: a function with a value class, an unsigned number or
 * {@code Result} in its signature becomes a method of another name ({@code run-XZ7_gUg}),
 * and collections have other names in Java ({@code getSize} and {@code size}). Callers
 * that know a supertype call the bridge ({@code run(Object)}), which has no annotation.
 * <p>
 * Only the code of a bridge says what it calls: names and parameters may fit several
 * overloads. If the class file can't be read, each function that fits by Kotlin's rule
 * for names is taken.
 */
final class Bridges {

	/** Each entry is held by its class, and by nothing else. */
	private static final ClassValue<Map<Method, Set<Method>>> KNOWN = new ClassValue<>() {
		@Override
		protected Map<Method, Set<Method>> computeValue(Class<?> type) {
			return find(type);
		}
	};

	private Bridges() {
	}

	/**
	 * Return the bridges that a type declares.
	 * @param type the type
	 * @return the method that each of them calls; several if it is not certain which one
	 */
	static Map<Method, Set<Method>> of(Class<?> type) {
		return KNOWN.get(type);
	}

	static Set<Class<?>> hierarchy(Class<?> type) {
		Set<Class<?>> types = new LinkedHashSet<>();
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			types.add(each);
		}
		types.addAll(ClassUtils.getAllInterfacesForClassAsSet(type));
		return types;
	}

	private static Map<Method, Set<Method>> find(Class<?> type) {
		List<Method> bridges = Arrays.stream(ReflectionUtils.getDeclaredMethods(type))
			.filter(Method::isBridge)
			.toList();
		if (bridges.isEmpty()) {
			return Map.of();
		}
		Calls calls = Calls.read(type);
		List<Method> methods = hierarchy(type).stream()
			.flatMap((each) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(each)))
			.toList();
		Map<Method, Set<Method>> found = new LinkedHashMap<>();
		for (Method bridge : bridges) {
			Stream<Method> called = methods.stream()
				.filter((method) -> (calls != null) ? calls.isCall(bridge, method) : isMangled(bridge, method));
			Set<Method> each = called.limit((calls != null) ? 1 : Long.MAX_VALUE)
				.collect(Collectors.toCollection(LinkedHashSet::new));
			if (!each.isEmpty()) {
				found.put(bridge, each);
			}
		}
		return found;
	}

	private static boolean isMangled(Method bridge, Method method) {
		return method.getName().startsWith(bridge.getName() + "-")
				&& method.getParameterCount() == bridge.getParameterCount();
	}

	/**
	 * The last method of its own class that each method of a class file calls. Before
	 * that call, a bridge unwraps the arguments.
	 */
	private static final class Calls extends ClassVisitor {

		private final Map<String, String> calls = new HashMap<>();

		private final Set<String> owners;

		private Calls(Class<?> type) {
			super(SpringAsmInfo.ASM_VERSION);
			this.owners = hierarchy(type).stream().map(Type::getInternalName).collect(Collectors.toSet());
		}

		static @Nullable Calls read(Class<?> type) {
			Calls calls = new Calls(type);
			return ClassFile.read(type, calls, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES) ? calls : null;
		}

		boolean isCall(Method bridge, Method method) {
			return signature(method).equals(this.calls.get(signature(bridge)));
		}

		private static String signature(Method method) {
			return method.getName() + Type.getMethodDescriptor(method);
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			String bridge = name + descriptor;
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {
				@Override
				public void visitMethodInsn(int opcode, String on, String called, String calledDescriptor,
						boolean isInterface) {
					// A call of the superclass's method bypasses the overriding method.
					boolean isVirtual = opcode == Opcodes.INVOKEVIRTUAL || opcode == Opcodes.INVOKEINTERFACE;
					if (isVirtual && Calls.this.owners.contains(on) && !bridge.equals(called + calledDescriptor)) {
						Calls.this.calls.put(bridge, called + calledDescriptor);
					}
				}
			};
		}

	}

}
