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

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The paths at which transports of the MCP server answer, below the application's own
 * path. They are matched as in Spring's handler mappings.
 */
final class ServedEndpoints {

	/** The characters that a path may contain (RFC 3986 section 3.3). */
	private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/._~!$&'()*+,;=:@%-]*");

	private final List<PathPattern> endpoints = new CopyOnWriteArrayList<>();

	private final List<Map<String, ?>> sessions = new CopyOnWriteArrayList<>();

	/**
	 * Add a transport.
	 * @param path its path
	 * @param sessions what it keeps about its sessions, by their ids
	 */
	void add(String path, List<Map<String, ?>> sessions) {
		this.endpoints.add(PathPatternParser.defaultInstance.parse(path));
		this.sessions.addAll(sessions);
	}

	/**
	 * Let the transports forget a session. They would keep it until it is unused for long
	 * enough, and some would keep it forever. A call that is running still gets its
	 * answer.
	 */
	void forget(String session) {
		this.sessions.forEach((kept) -> kept.remove(session));
	}

	int size() {
		return this.endpoints.size();
	}

	List<String> paths() {
		return this.endpoints.stream().map(PathPattern::getPatternString).distinct().toList();
	}

	@Nullable PathPattern find(PathContainer path) {
		return this.endpoints.stream().filter((endpoint) -> endpoint.matches(path)).findFirst().orElse(null);
	}

	/**
	 * Return whether there is an endpoint whose metadata is requested.
	 * @param suffix what follows the well-known part of the path
	 * @param resourcePath the path of the resource, if one is configured
	 */
	boolean isMetadata(String suffix, @Nullable String resourcePath) {
		return !this.endpoints.isEmpty()
				&& (suffix.isEmpty() || suffix.equals(resourcePath) || find(PathContainer.parsePath(suffix)) != null);
	}

	/**
	 * Return the path at which the client of a request connects.
	 * @param endpoint the endpoint
	 * @param path the path of the request
	 * @return the path; empty if it has a variable with a value that no header may have
	 */
	static String pathFor(PathPattern endpoint, PathContainer path) {
		if (!endpoint.hasPatternSyntax()) {
			return endpoint.getPatternString();
		}
		return PATH.matcher(path.value()).matches() ? path.value() : "";
	}

}
