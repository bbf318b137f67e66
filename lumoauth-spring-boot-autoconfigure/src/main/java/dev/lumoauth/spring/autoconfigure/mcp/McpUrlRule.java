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

package dev.lumoauth.spring.autoconfigure.mcp;

import java.net.URI;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.Origin;
import io.modelcontextprotocol.util.Utils;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for the address of an MCP connection that carries a token.
 */
final class McpUrlRule {

	private McpUrlRule() {
	}

	/**
	 * Read the address of a connection, as Spring AI's transport builds it.
	 * @param http the connection
	 * @param property the property that lists it
	 * @param problems takes the problems
	 * @return the full address, or {@code null} if no token may be sent there
	 */
	static @Nullable URI read(KnownMcpConnections.Http http, String property, ConfigurationProblems problems) {
		String name = http.property() + ".url";
		String value = http.url();
		if (!StringUtils.hasText(value)) {
			problems.add(name + " is missing.", "Set " + name + " to the address of the server.");
			return null;
		}
		// The rest may contain credentials, so it is not repeated.
		if (value.contains("@")) {
			problems.add(name + " has a user name (value not shown).",
					"Remove it from " + name + ": the connection carries a token.");
			return null;
		}
		try {
			URI base = URI.create(value);
			Origin origin = Origin.of(base);
			// Read again: some JDKs append a relative path directly to a bare host name.
			URI url = URI.create(Utils.resolveUri(base, http.endpoint()).toString());
			if (url.getHost() == null || !origin.equals(Origin.of(url))) {
				problems.add(
						http.property() + " has an endpoint that leads away from its url, or that does not begin "
								+ "with a slash.",
						"Set the endpoint in " + http.property()
								+ " to a path that begins with one slash, such as /mcp.");
				return null;
			}
			return url;
		}
		catch (IllegalArgumentException ex) {
			problems.add(
					name + " must not receive tokens, and " + property + " would send one there: "
							+ ConfigurationProblems.quote(value.replaceFirst("\\?.*", "")) + ".",
					"Set " + name + " to an https address, such as https://mcp.example.com. Plain http works for "
							+ "localhost, 127.0.0.1 and [::1] only.");
			return null;
		}
	}

}
