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

package dev.lumoauth.spring.token;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.http.Challenge;

/**
 * Reads the scopes that a server requires, with the error {@code insufficient_scope} of
 * its {@code WWW-Authenticate} (RFC 6750 section 3).
 *
 * @since 0.1.0
 */
public final class InsufficientScope {

	/** More than any server has reason to ask for. The header is untrusted input. */
	private static final int MAX_SCOPES = 32;

	/** RFC 6749 section 3.3, and no longer than LumoAuth's names. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");

	private InsufficientScope() {
	}

	/**
	 * Read the first challenge that names scopes.
	 * @param authenticate the values of {@code WWW-Authenticate}
	 * @return the scopes in their order; empty if none are named
	 */
	public static Set<String> of(List<String> authenticate) {
		return Challenge.of(authenticate)
			.stream()
			.filter((challenge) -> challenge.is("bearer", "insufficient_scope"))
			.map((challenge) -> scopes(challenge.parameters().getOrDefault("scope", "")))
			.filter((scopes) -> !scopes.isEmpty())
			.findFirst()
			.orElse(Set.of());
	}

	private static Set<String> scopes(String value) {
		Set<String> scopes = new LinkedHashSet<>();
		for (String scope : StringUtils.tokenizeToStringArray(value, " ")) {
			if (!SCOPE.matcher(scope).matches() || scopes.size() == MAX_SCOPES) {
				return Set.of();
			}
			scopes.add(scope);
		}
		return scopes;
	}

}
