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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Masks the agents' secrets in {@code /actuator/env} and {@code /actuator/configprops}
 * for applications that show values there. A secret is found by its names, and wherever
 * else its value occurs: the command line is in {@code sun.java.command} as well, and
 * properties may be in {@code SPRING_APPLICATION_JSON}.
 */
final class ClientSecretSanitizingFunction implements SanitizingFunction {

	private static final Set<String> NAMES = Set.of("lumoauthclientsecret", "agentclientsecret",
			"lumoauthtokenstoreencryptionkey", "lumoautheventsssfauthorizationtoken", "lumoautheventswebhooksecrets");

	/** Of {@code lumoauth.agents.<name>.client-secret}. */
	private static final String NAMED_AGENTS = "lumoauthagents";

	private static final String SECRET = "clientsecret";

	private final Supplier<? extends Collection<String>> secrets;

	ClientSecretSanitizingFunction(Supplier<? extends Collection<String>> secrets) {
		this.secrets = secrets;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		return (isName(data.getLowerCaseKey()) || holdsSecret(data.getValue())) ? data.withSanitizedValue() : data;
	}

	/**
	 * Any spelling of the names, of which relaxed binding accepts several.
	 */
	private static boolean isName(String lowerCaseKey) {
		String letters = lowerCaseKey.replaceAll("[^a-z]", "");
		return NAMES.contains(letters) || (letters.startsWith(NAMED_AGENTS) && letters.endsWith(SECRET));
	}

	/**
	 * Applies to short secrets too: masking something else by chance does no harm.
	 */
	private boolean holdsSecret(@Nullable Object value) {
		if (value == null) {
			return false;
		}
		String text = String.valueOf(value);
		return this.secrets.get().stream().anyMatch(text::contains);
	}

}
