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

package dev.lumoauth.spring.tool.chat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The methods of {@link ToolCallingManager} (Spring AI 2.0.1). Any other method, of a
 * newer version or of an application's own class, could run tools without a check. It is
 * refused by its name.
 */
final class ManagerMethods {

	private static final Set<String> GUARDED = Set.of("resolveToolDefinitions(ToolCallingChatOptions)",
			"executeToolCalls(Prompt, ChatResponse)");

	private ManagerMethods() {
	}

	/**
	 * Return the methods of the interface that are not known.
	 */
	static List<String> unknown() {
		return Arrays.stream(ToolCallingManager.class.getMethods())
			.filter((method) -> !Modifier.isStatic(method.getModifiers()))
			.map(ManagerMethods::signature)
			.filter((signature) -> !GUARDED.contains(signature))
			.sorted()
			.toList();
	}

	/**
	 * Refuse the methods of the interface that are not known.
	 * @param manager the guarded manager
	 * @return the manager itself if there are none
	 */
	static ToolCallingManager refusing(ToolCallingManager manager) {
		return unknown().isEmpty() ? manager
				: (ToolCallingManager) Proxy.newProxyInstance(manager.getClass().getClassLoader(),
						new Class<?>[] { ToolCallingManager.class }, (proxy, method, arguments) -> {
							requireGuarded(method);
							try {
								return method.invoke(manager, arguments);
							}
							catch (InvocationTargetException ex) {
								throw ex.getTargetException();
							}
						});
	}

	/**
	 * Make sure that a method of a manager runs no tool without a check. What Spring's
	 * own interfaces declare, such as callbacks of the container, is called by Spring.
	 * @param method a public method of the manager's class
	 * @throws UnsupportedOperationException if it may
	 */
	static void requireGuarded(Method method) {
		if (Modifier.isPublic(method.getModifiers()) && !GUARDED.contains(signature(method))
				&& !ReflectionUtils.isObjectMethod(method) && !isOfSpring(method)) {
			throw new UnsupportedOperationException(
					ClassUtils.getUserClass(method.getDeclaringClass()).getName() + "." + signature(method)
							+ " is refused: it is no method of ToolCallingManager that LumoAuth's guard knows "
							+ "(Spring AI 2.0.1), and could run tools without a check. Call executeToolCalls(Prompt, "
							+ "ChatResponse) instead, or move the method to a class of its own");
		}
	}

	private static boolean isOfSpring(Method method) {
		return ClassUtils.getAllInterfacesForClassAsSet(method.getDeclaringClass())
			.stream()
			.filter((type) -> type.getName().startsWith("org.springframework.")
					&& !type.getName().startsWith("org.springframework.ai."))
			.anyMatch((type) -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
	}

	private static String signature(Method method) {
		return method.getName() + Arrays.stream(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", ", "(", ")"));
	}

}
