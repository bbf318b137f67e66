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

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for a client id and a client secret.
 */
final class CredentialRule {

	private CredentialRule() {
	}

	/**
	 * Check a credential. Its value is never in a message.
	 * @param value the configured value
	 * @param name its name in a message
	 * @param action what to do if it is missing
	 * @param problems takes the problems
	 */
	static void check(@Nullable String value, String name, String action, ConfigurationProblems problems) {
		if (!StringUtils.hasText(value)) {
			problems.add(name + " is missing.", action);
		}
		else if (!reportPlaceholder(value, name, problems) && hasControlCharacter(value)) {
			problems.add(name + " has a line break or another control character (value not shown).",
					"Remove it. A secret read from a file often ends with a line break.");
		}
	}

	private static boolean hasControlCharacter(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (Character.isISOControl(value.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * An unresolved placeholder is a name, not a value, so it may be shown.
	 * @return whether the value is an unresolved placeholder
	 */
	static boolean reportPlaceholder(String value, String name, ConfigurationProblems problems) {
		if (value.startsWith("${") && value.endsWith("}")) {
			problems.add(
					name + " is the placeholder " + ConfigurationProblems.quote(value) + ", which nothing resolves.",
					"Set the property or environment variable that it names.");
			return true;
		}
		return false;
	}

}
