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

package dev.lumoauth.spring.autoconfigure.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import dev.lumoauth.spring.http.Origin;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Collects the errors of a configuration, so that one start reports all of them.
 *
 * @since 0.1.0
 */
public final class ConfigurationProblems {

	private static final int MAX_LENGTH = 100;

	private final List<Problem> problems = new ArrayList<>();

	/**
	 * Add a problem.
	 * @param description a sentence that names the property
	 * @param action a sentence that says what to do about it
	 */
	public void add(String description, String action) {
		this.problems.add(new Problem(description, action));
	}

	/**
	 * Return how many problems there are.
	 * @return the number
	 */
	public int size() {
		return this.problems.size();
	}

	/**
	 * Check an address that tokens are sent to.
	 * @param url the configured address
	 * @param name the property
	 * @return the origin, or {@code null} if tokens must not be sent there
	 */
	public @Nullable Origin origin(String url, String name) {
		if (!StringUtils.hasText(url)) {
			add(name + " is missing.", "Set " + name + " to the address of the server.");
			return null;
		}
		// The rest may contain credentials, so it is not repeated.
		if (url.contains("@")) {
			add(name + " has a user name (value not shown).", "Set " + name + " to the address of the server only.");
			return null;
		}
		try {
			return Origin.of(URI.create(url));
		}
		catch (IllegalArgumentException ex) {
			add(name + " must not receive tokens: " + quote(url.replaceFirst("\\?.*", "")) + ".",
					"Set " + name + " to an https address, such as https://reports.example.com. Plain http works for "
							+ "localhost, 127.0.0.1 and [::1] only.");
			return null;
		}
	}

	/**
	 * Check scopes (RFC 6749 section 3.3).
	 * @param scopes the configured scopes
	 * @param name the property
	 */
	public void checkScopes(List<String> scopes, String name) {
		for (String scope : scopes) {
			if (!scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")) {
				add(name + " has " + quote(scope) + ", which is not a valid scope.",
						"Write the scopes as a list, or with commas between them: no blanks, quotes or backslashes.");
			}
		}
	}

	/**
	 * Check a server's id at LumoAuth, if there is one.
	 * @param id the configured id
	 * @param name the property
	 */
	public void checkServerId(@Nullable String id, String name) {
		if (StringUtils.hasText(id) && (id.matches("(?s).*[\\s\\p{C}].*") || id.startsWith("${"))) {
			add(name + " is not a valid server id: " + quote(id) + ".",
					"Set " + name + " to the server's id at LumoAuth, such as urn:mcp:financial-data.");
		}
	}

	/**
	 * Refuse an unresolved placeholder. It is a name, not a value, so it may be shown:
	 * where a secret is expected, everybody could guess it.
	 * @param value the configured value
	 * @param name the property
	 * @return whether the value is an unresolved placeholder
	 */
	public boolean refusePlaceholder(@Nullable String value, String name) {
		boolean placeholder = value != null && value.startsWith("${") && value.endsWith("}");
		if (placeholder) {
			add(name + " is the placeholder " + quote(value) + ", which nothing resolves.",
					"Set the property or environment variable that it names.");
		}
		return placeholder;
	}

	/**
	 * Refuse the configuration if a problem was added.
	 * @throws InvalidLumoAuthConfigurationException if a problem was added
	 */
	public void throwIfAny() {
		if (!this.problems.isEmpty()) {
			throw asException();
		}
	}

	/**
	 * Return the problems as an exception.
	 * @return the exception to throw
	 */
	public InvalidLumoAuthConfigurationException asException() {
		return new InvalidLumoAuthConfigurationException(this.problems);
	}

	/**
	 * Return a text for a console, without control characters, which could forge lines.
	 * @param value the configured value; not a secret
	 * @return the value in quotes, without control characters, cut at 100 characters
	 */
	public static String quote(@Nullable String value) {
		String text = (value != null) ? value.replaceAll("\\p{C}", "?") : "";
		return "'" + ((text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) + "..." : text) + "'";
	}

}
