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

package dev.lumoauth.demo.start;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;

import org.jspecify.annotations.Nullable;

/**
 * How to reach a dev server.
 *
 * @param url its base URL
 * @param tenant the tenant
 * @param clientId the agent
 * @param clientSecret the agent's secret, or {@code null} if it has none
 */
record DevServerConnection(URI url, String tenant, String clientId, @Nullable String clientSecret) {

	/**
	 * The beginning of the line that a dev server prints when it is ready.
	 */
	static final String PREFIX = "export LUMOAUTH_URL=";

	/**
	 * Read a line that the dev server printed.
	 * @param line the line
	 * @return the connection; empty if the line is another one
	 */
	static Optional<DevServerConnection> parse(String line) {
		if (!line.startsWith(PREFIX)) {
			return Optional.empty();
		}
		Map<String, String> variables = new HashMap<>();
		StringTokenizer words = new StringTokenizer(line);
		while (words.hasMoreTokens()) {
			String word = words.nextToken();
			int equals = word.indexOf('=');
			if (equals > 0) {
				variables.put(word.substring(0, equals), word.substring(equals + 1));
			}
		}
		return Optional.of(new DevServerConnection(URI.create(required(variables, "LUMOAUTH_URL")),
				required(variables, "LUMOAUTH_TENANT"), required(variables, "AGENT_CLIENT_ID"),
				variables.get("AGENT_CLIENT_SECRET")));
	}

	private static String required(Map<String, String> variables, String name) {
		String value = variables.get(name);
		if (value == null || value.isEmpty()) {
			throw new IllegalArgumentException("The dev server did not print " + name);
		}
		return value;
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return this.url + ", tenant " + this.tenant + ", agent " + this.clientId;
	}

}
