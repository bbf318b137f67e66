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

import java.util.regex.Pattern;

/**
 * Rules for a scope.
 *
 * @since 0.1.0
 */
public final class ScopeRule {

	/**
	 * RFC 6749 section 3.3.
	 */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

	private ScopeRule() {
	}

	/**
	 * Check a scope.
	 * @param scope the configured scope
	 * @param name the name of the property
	 * @param problems takes the problems
	 */
	public static void check(String scope, String name, ConfigurationProblems problems) {
		if (!SCOPE.matcher(scope).matches()) {
			problems.add(name + " has " + ConfigurationProblems.quote(scope) + ", which is not a valid scope.",
					"Write the scopes as a list, or with commas between them: no blanks, quotes or backslashes.");
		}
	}

}
