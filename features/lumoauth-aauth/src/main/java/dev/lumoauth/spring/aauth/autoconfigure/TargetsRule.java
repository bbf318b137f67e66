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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.Origin;

/**
 * Rules for servers that accept signed requests. Each server has its own origin, so that
 * only this server gets its tokens.
 */
final class TargetsRule {

	/** RFC 6749 section 3.3. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

	private final ConfigurationProblems problems;

	TargetsRule(ConfigurationProblems problems) {
		this.problems = problems;
	}

	void check(Map<String, AAuthProperties.Target> targets) {
		Map<Origin, String> origins = new LinkedHashMap<>();
		targets.forEach((name, target) -> {
			String prefix = "lumoauth.aauth.targets." + name;
			if (!StringUtils.hasText(target.getResource())) {
				this.problems.add(prefix + ".resource is missing.",
						"Set " + prefix + ".resource to the identifier under which LumoAuth knows the resource.");
			}
			Origin origin = require(prefix + ".url", target.getUrl());
			String other = (origin != null) ? origins.putIfAbsent(origin, prefix + ".url") : null;
			if (other != null) {
				this.problems.add(prefix + ".url and " + other + " have the same origin.",
						"Remove one of them: scheme, host and port decide which tokens a request gets.");
			}
			Origin challenge = optional(prefix + ".challenge-url", target.getChallengeUrl());
			if (origin != null && challenge != null && !origin.equals(challenge)) {
				this.problems.add(prefix + ".challenge-url has another origin than " + prefix + ".url.",
						"Set " + prefix + ".challenge-url to an address of the same server.");
			}
			optional(prefix + ".resource-token-endpoint", target.getResourceTokenEndpoint());
			optional(prefix + ".redirect-uri", target.getRedirectUri());
			for (String scope : target.getScopes()) {
				if (!SCOPE.matcher(scope).matches()) {
					this.problems.add(
							prefix + ".scopes has " + ConfigurationProblems.quote(scope)
									+ ", which is not a valid scope.",
							"List each scope of " + prefix + ".scopes separately, without blanks and quotation marks.");
				}
			}
		});
	}

	private @Nullable Origin require(String property, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			this.problems.add(property + " is missing.", "Set " + property + " to the address of the server.");
			return null;
		}
		return optional(property, value);
	}

	private @Nullable Origin optional(String property, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			return null;
		}
		try {
			URI uri = URI.create(value);
			if (uri.getRawUserInfo() == null) {
				return Origin.of(uri);
			}
		}
		catch (IllegalArgumentException ex) {
			// Reported below. The address may contain a password.
		}
		this.problems.add(property + " is not an https address without a user (value not shown).",
				"Set " + property + " to an https address. Plain http works for localhost, 127.0.0.1 and [::1] only.");
		return null;
	}

}
