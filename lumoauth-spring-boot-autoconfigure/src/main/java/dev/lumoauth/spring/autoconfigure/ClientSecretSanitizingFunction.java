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

package dev.lumoauth.spring.autoconfigure;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Masks the agent's secret in {@code /actuator/env} and {@code /actuator/configprops} for
 * those who show values there. By its names, and wherever else it occurs: the command
 * line is in {@code sun.java.command} as well, and a file of properties may be in
 * {@code SPRING_APPLICATION_JSON}.
 */
final class ClientSecretSanitizingFunction implements SanitizingFunction {

	private static final Set<String> NAMES = Set.of("lumoauthclientsecret", "agentclientsecret");

	/**
	 * A shorter secret would be found by chance.
	 */
	private static final int MIN_LENGTH = 6;

	private final Supplier<@Nullable String> secret;

	ClientSecretSanitizingFunction(Supplier<@Nullable String> secret) {
		this.secret = secret;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		return (isName(data.getLowerCaseKey()) || holdsSecret(data.getValue())) ? data.withSanitizedValue() : data;
	}

	/**
	 * Any spelling of the names, of which relaxed binding accepts several.
	 */
	private static boolean isName(String lowerCaseKey) {
		return NAMES.contains(lowerCaseKey.replaceAll("[^a-z]", ""));
	}

	private boolean holdsSecret(@Nullable Object value) {
		String secret = this.secret.get();
		return secret != null && secret.length() >= MIN_LENGTH && value != null
				&& String.valueOf(value).contains(secret);
	}

}
