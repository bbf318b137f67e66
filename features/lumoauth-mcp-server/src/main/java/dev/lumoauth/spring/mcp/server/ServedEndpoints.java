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

	private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();

	private final List<Map<String, ?>> sessions = new CopyOnWriteArrayList<>();

	/**
	 * Add a transport.
	 * @param endpoint its paths
	 * @param sessions what it keeps about its sessions, by their ids
	 */
	void add(Endpoint endpoint, List<Map<String, ?>> sessions) {
		this.endpoints.add(endpoint);
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
		return this.endpoints.stream()
			.flatMap((endpoint) -> endpoint.patterns().stream())
			.map(PathPattern::getPatternString)
			.distinct()
			.toList();
	}

	@Nullable Endpoint find(PathContainer path) {
		for (Endpoint endpoint : this.endpoints) {
			if (endpoint.matches(path)) {
				return endpoint;
			}
		}
		return null;
	}

	/**
	 * Return whether there is an endpoint whose metadata is requested.
	 * @param suffix what follows the well-known part of the path
	 * @param resourcePath the path of the resource, if one is configured
	 */
	boolean isMetadata(String suffix, @Nullable String resourcePath) {
		return this.endpoints.stream()
			.anyMatch((endpoint) -> suffix.isEmpty() || endpoint.isMain(PathContainer.parsePath(suffix))
					|| suffix.equals(resourcePath));
	}

	/**
	 * The paths of one transport.
	 *
	 * @param path where clients connect
	 * @param patterns all its paths
	 * @param streamsSessionId whether the id of a session comes as an event of a stream
	 */
	record Endpoint(String path, List<PathPattern> patterns, boolean streamsSessionId) {

		/** The characters that a path may contain (RFC 3986 section 3.3). */
		private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/._~!$&'()*+,;=:@%-]*");

		static Endpoint of(String path, boolean streamsSessionId, String... others) {
			List<PathPattern> patterns = new CopyOnWriteArrayList<>();
			patterns.add(PathPatternParser.defaultInstance.parse(path));
			for (String other : others) {
				patterns.add(PathPatternParser.defaultInstance.parse(other));
			}
			return new Endpoint(path, patterns, streamsSessionId);
		}

		boolean matches(PathContainer path) {
			return this.patterns.stream().anyMatch((pattern) -> pattern.matches(path));
		}

		/**
		 * Return the path at which the client of a request connects.
		 * @param path the path of the request
		 * @return the path; empty if it has a variable whose value this request doesn't
		 * show
		 */
		String pathFor(PathContainer path) {
			if (!this.patterns.get(0).hasPatternSyntax()) {
				return this.path;
			}
			return (isMain(path) && PATH.matcher(path.value()).matches()) ? path.value() : "";
		}

		/**
		 * Return whether a path is the one at which clients connect.
		 */
		boolean isMain(PathContainer path) {
			return this.patterns.get(0).matches(path);
		}

	}

}
