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

package dev.lumoauth.spring.mcp.server;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.mcp.annotation.McpPrompt;
import org.springframework.ai.mcp.annotation.McpResource;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The methods that a server serves as prompts and resources, by what a list shows of
 * them: the name of a prompt, and the address of a resource.
 */
final class ServedMethods {

	private final Supplier<Map<String, Map.Entry<Method, Object>>> methods;

	/**
	 * Create the methods.
	 * @param beans supplies the beans that have such methods, when the first list is
	 * asked for
	 */
	ServedMethods(Supplier<? extends Collection<?>> beans) {
		this.methods = SingletonSupplier.of(() -> {
			Map<String, Map.Entry<Method, Object>> found = new HashMap<>();
			for (Object bean : beans.get()) {
				MethodIntrospector.selectMethods(AopUtils.getTargetClass(bean), ServedMethods::listedAs)
					.forEach((method, listed) -> found.put(listed, Map.entry(method, bean)));
			}
			return found;
		});
	}

	private static @Nullable String listedAs(Method method) {
		McpPrompt prompt = AnnotatedElementUtils.findMergedAnnotation(method, McpPrompt.class);
		if (prompt != null) {
			return prompt(StringUtils.hasText(prompt.name()) ? prompt.name() : method.getName());
		}
		McpResource resource = AnnotatedElementUtils.findMergedAnnotation(method, McpResource.class);
		return (resource != null) ? resource(resource.uri()) : null;
	}

	/**
	 * Return what a prompt is called here: with a space, which no tool's name has, so
	 * that LumoAuth is not asked about it where it decides about tools.
	 */
	static String prompt(String name) {
		return "prompt " + name;
	}

	static String resource(String uri) {
		return "resource " + uri;
	}

	/**
	 * Return the methods behind the elements of a list, as far as they are methods.
	 */
	<T> Map<String, Map.Entry<Method, Object>> behind(Collection<T> elements, Function<T, String> name) {
		Map<String, Map.Entry<Method, Object>> behind = new LinkedHashMap<>();
		elements.stream()
			.map(name)
			.filter(this.methods.get()::containsKey)
			.forEach((each) -> behind.put(each, this.methods.get().get(each)));
		return behind;
	}

}
