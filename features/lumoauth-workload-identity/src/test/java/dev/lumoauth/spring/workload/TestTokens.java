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

package dev.lumoauth.spring.workload;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Tokens that nobody signed, and settings with variables.
 */
final class TestTokens {

	private TestTokens() {
	}

	static String of(String claims) {
		return encoded("{\"alg\":\"RS256\"}") + "." + encoded(claims) + ".c2lnbmVk";
	}

	static String with(String audience) {
		return of("{\"iss\":\"https://issuer\",\"sub\":\"agent\",\"aud\":\"" + audience + "\"}");
	}

	private static String encoded(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	static PlatformTokens.Settings settings(@Nullable String file, @Nullable String audience, String... variables) {
		return settingsWithin(Duration.ofSeconds(20), file, audience, variables);
	}

	static PlatformTokens.Settings settingsWithin(Duration timeout, @Nullable String file, @Nullable String audience,
			String... variables) {
		Map<String, String> environment = new HashMap<>();
		for (int i = 0; i < variables.length; i += 2) {
			environment.put(variables[i], variables[i + 1]);
		}
		return new PlatformTokens.Settings(file, null, audience, null, timeout, timeout, environment::get,
				"lumoauth.workload-identity");
	}

}
