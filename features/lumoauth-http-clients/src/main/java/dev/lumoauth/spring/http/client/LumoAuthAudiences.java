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

package dev.lumoauth.spring.http.client;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.registry.HttpServiceGroup;

/**
 * Finds {@link LumoAuthAudience} on HTTP interfaces, and applies it in their groups.
 *
 * @since 0.1.0
 */
public final class LumoAuthAudiences {

	private LumoAuthAudiences() {
	}

	/**
	 * Return whether an interface of a group needs tokens.
	 * @param group the group
	 * @return whether one of its methods has an audience
	 */
	public static boolean mentionedIn(HttpServiceGroup group) {
		return group.httpServiceTypes().stream().anyMatch(LumoAuthAudiences::mentionedIn);
	}

	/**
	 * Return what keeps the annotation in groups of the {@code RestClient}.
	 * @param clients whose tokens are sent, for each request that needs one. What it
	 * throws refuses the request
	 * @return the configurer, to be a bean
	 */
	public static RestClientHttpServiceGroupConfigurer restClientGroups(LumoAuthHttpClients clients) {
		return new LumoAuthRestClientHttpServiceGroupConfigurer(clients);
	}

	/**
	 * Return what keeps the annotation in groups of the {@code WebClient}.
	 * @param clients whose tokens are sent, for each request that needs one. What it
	 * throws refuses the request
	 * @return the configurer, to be a bean
	 */
	public static WebClientHttpServiceGroupConfigurer webClientGroups(LumoAuthHttpClients clients) {
		return LumoAuthWebClientHttpServiceGroupConfigurer.of(clients);
	}

	static boolean mentionedIn(Class<?> serviceType) {
		return exchangeMethods(serviceType).stream().anyMatch((method) -> !find(serviceType, method).isEmpty());
	}

	/**
	 * Return the audience of each method that has one.
	 * @throws LumoAuthSetupException if one is blank or ambiguous
	 */
	static Map<Method, String> of(Class<?> serviceType, StringValueResolver placeholders) {
		Map<Method, String> audiences = new LinkedHashMap<>();
		for (Method method : exchangeMethods(serviceType)) {
			String audience = audience(serviceType, method, placeholders);
			if (audience != null) {
				audiences.put(method, audience);
			}
		}
		return audiences;
	}

	private static @Nullable String audience(Class<?> serviceType, Method method, StringValueResolver placeholders) {
		List<String> found = find(serviceType, method);
		String place = serviceType.getName() + "." + method.getName();
		if (found.size() > 1) {
			throw new LumoAuthSetupException("There are several different @LumoAuthAudience annotations for " + place
					+ ": " + String.join(", ", found) + ".", "Put the one that should apply on the method.");
		}
		if (found.isEmpty()) {
			return null;
		}
		String audience = placeholders.resolveStringValue(found.get(0));
		if (!StringUtils.hasText(audience)) {
			throw new LumoAuthSetupException("@LumoAuthAudience on " + place + " is blank.",
					"Give the id or the address under which LumoAuth knows the server.");
		}
		return audience;
	}

	private static Set<Method> exchangeMethods(Class<?> serviceType) {
		return MethodIntrospector.selectMethods(serviceType,
				(Method method) -> AnnotatedElementUtils.hasAnnotation(method, HttpExchange.class));
	}

	/**
	 * The nearest annotation wins. The order is: the method, the methods that it
	 * overrides, the called interface, the interface that declares the method, and then
	 * the interfaces that these extend.
	 */
	private static List<String> find(Class<?> serviceType, Method method) {
		return Stream
			.of(MergedAnnotations.from(method, SearchStrategy.DIRECT),
					MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY),
					MergedAnnotations.from(serviceType, SearchStrategy.DIRECT),
					MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.DIRECT),
					MergedAnnotations.from(serviceType, SearchStrategy.TYPE_HIERARCHY))
			.map(LumoAuthAudiences::values)
			.filter((values) -> !values.isEmpty())
			.findFirst()
			.orElse(List.of());
	}

	private static List<String> values(MergedAnnotations annotations) {
		return annotations.stream(LumoAuthAudience.class)
			.map((annotation) -> annotation.getString(MergedAnnotation.VALUE))
			.distinct()
			.toList();
	}

}
