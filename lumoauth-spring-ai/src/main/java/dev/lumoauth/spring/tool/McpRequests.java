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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.guard.CallArguments;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.annotation.McpMeta;
import org.springframework.ai.mcp.annotation.context.McpRequestContextTypes;

/**
 * What the caller of the application's own MCP server chose in a request, in addition to
 * the arguments of the method: a method that takes the request can act on it, so a person
 * has to approve it with the call.
 */
final class McpRequests {

	private static final String META = "_meta";

	/** Different in each request, although the call is the same. */
	private static final Set<String> ABOUT_ONE_REQUEST = Set.of("progressToken", "traceparent", "tracestate");

	private McpRequests() {
	}

	/**
	 * Return whether a method can read more of a request than its arguments.
	 * @param method a method of an MCP tool
	 */
	static boolean areReadBy(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.anyMatch((type) -> McpSchema.Meta.class.isAssignableFrom(type) || type == McpMeta.class
					|| McpRequestContextTypes.class.isAssignableFrom(type));
	}

	/**
	 * Return what the caller chose of an object that Spring AI passes to a method.
	 * @param handedOver the object
	 * @return the values, or {@code null} for none
	 */
	static @Nullable Object chosenIn(Object handedOver) {
		Map<String, @Nullable Object> chosen = Map.of();
		if (handedOver instanceof McpMeta meta) {
			chosen = withoutRequest(meta.meta());
		}
		else if (handedOver instanceof McpRequestContextTypes<?> context) {
			chosen = of(context.request());
		}
		return chosen.isEmpty() ? null : chosen;
	}

	/**
	 * Add what else the caller chose to the arguments of a tool.
	 * @param arguments the arguments
	 * @param request the request
	 * @throws IllegalArgumentException if an argument has the name of what is added
	 */
	static CallArguments added(CallArguments arguments, McpSchema.Request request) {
		Map<String, @Nullable Object> meta = withoutRequest(request.meta());
		if (meta.isEmpty()) {
			return arguments;
		}
		Map<String, @Nullable Object> all = new LinkedHashMap<>(arguments.values());
		if (all.containsKey(META)) {
			throw new IllegalArgumentException("an argument is named '" + META + "', as the request's metadata");
		}
		all.put(META, meta);
		return new CallArguments(all, false);
	}

	/**
	 * Return a request as a person approves it: a number that can be written in two ways
	 * is one number.
	 */
	static McpSchema.CallToolRequest approved(McpSchema.CallToolRequest request) {
		Map<String, @Nullable Object> meta = new LinkedHashMap<>((request.meta() != null) ? request.meta() : Map.of());
		meta.putAll(CallArguments.of(withoutRequest(request.meta())).normalized());
		return new McpSchema.CallToolRequest(request.name(),
				(request.arguments() != null) ? CallArguments.of(request.arguments()).normalized() : null,
				(request.meta() != null) ? meta : null);
	}

	private static Map<String, @Nullable Object> of(McpSchema.Request request) {
		Map<String, @Nullable Object> chosen = new LinkedHashMap<>();
		if (request instanceof McpSchema.CallToolRequest call) {
			chosen.put("arguments", call.arguments());
		}
		else if (request instanceof McpSchema.GetPromptRequest prompt) {
			chosen.put("arguments", prompt.arguments());
		}
		else if (request instanceof McpSchema.ReadResourceRequest resource) {
			chosen.put("uri", resource.uri());
		}
		else {
			chosen.put("request", request);
		}
		Map<String, @Nullable Object> meta = withoutRequest(request.meta());
		if (!meta.isEmpty()) {
			chosen.put(META, meta);
		}
		return chosen;
	}

	private static Map<String, @Nullable Object> withoutRequest(@Nullable Map<String, Object> meta) {
		Map<String, @Nullable Object> chosen = new LinkedHashMap<>((meta != null) ? meta : Map.of());
		chosen.keySet().removeAll(ABOUT_ONE_REQUEST);
		return chosen;
	}

}
