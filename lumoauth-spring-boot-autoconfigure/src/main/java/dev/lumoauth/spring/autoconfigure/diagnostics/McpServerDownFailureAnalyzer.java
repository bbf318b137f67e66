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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains a start that failed because an MCP server doesn't answer: Spring AI connects
 * to the servers that aren't listed under {@code lumoauth.mcp.connections} while the
 * application starts.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class McpServerDownFailureAnalyzer implements FailureAnalyzer {

	private static final Set<String> CLIENTS = Set.of("mcpSyncClients", "mcpAsyncClients");

	private static final String LISTED = "lumoauth.mcp.connections";

	private final Environment environment;

	McpServerDownFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		boolean clients = false;
		for (Throwable each = failure; each != null; each = each.getCause()) {
			clients |= each instanceof BeanCreationException creation && CLIENTS.contains(creation.getBeanName());
			if (clients && (each instanceof ConnectException || each instanceof TimeoutException
					|| each instanceof HttpTimeoutException)) {
				return analysis(each);
			}
		}
		return null;
	}

	private FailureAnalysis analysis(Throwable cause) {
		Map<String, Object> listed = bound(LISTED);
		String unlisted = Stream.of("streamable-http", "sse")
			.map((transport) -> "spring.ai.mcp.client." + transport + ".connections")
			.flatMap((prefix) -> bound(prefix).keySet()
				.stream()
				.filter((name) -> !listed.containsKey(name))
				.map((name) -> prefix + "." + name))
			.collect(Collectors.joining("\n    - ", "    - ", ""));
		return new FailureAnalysis(
				"An MCP server to which Spring AI connects while the application starts does not answer ("
						+ cause.getClass().getSimpleName()
						+ "). It is the server of one of these connections, which are not listed under " + LISTED
						+ ":\n\n" + unlisted,
				"Start the server, or correct the connection's url. A connection that is listed under " + LISTED
						+ " is opened when it is needed, and the application starts without its server. For all "
						+ "connections, spring.ai.mcp.client.initialized=false has the same effect.",
				cause);
	}

	private Map<String, Object> bound(String prefix) {
		return Binder.get(this.environment)
			.bind(prefix, Bindable.mapOf(String.class, Object.class))
			.orElseGet(LinkedHashMap::new);
	}

}
