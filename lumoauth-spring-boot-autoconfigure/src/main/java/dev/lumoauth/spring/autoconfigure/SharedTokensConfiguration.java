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

import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.http.Pause;
import dev.lumoauth.spring.token.cache.SharedTokenStore;
import dev.lumoauth.spring.token.cache.SharedTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Tokens that the replicas of an application share: off unless there is a
 * {@code SharedTokenStore} bean.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(SharedTokenStore.class)
@EnableConfigurationProperties(LumoAuthTokenStoreProperties.class)
final class SharedTokensConfiguration {

	private static final String KEY = "lumoauth.token-store.encryption-key";

	private static final String TIMEOUT = "lumoauth.token-store.timeout";

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	SharedTokens lumoAuthSharedTokens(SharedTokenStore store, LumoAuthTokenStoreProperties properties) {
		SharedTokens tokens = new SharedTokens(store, key(properties.getEncryptionKey()),
				timeout(properties.getTimeout()), Clock.systemUTC(), Pause.sleeping());
		tokens.connect();
		return tokens;
	}

	private static Duration timeout(Duration timeout) {
		boolean tooLong = timeout.compareTo(SharedTokens.MAX_TIMEOUT) > 0;
		if (tooLong || timeout.isNegative() || timeout.isZero()) {
			throw invalid(
					TIMEOUT + " is " + timeout + ", which is "
							+ (tooLong ? "more than 10 s, the longest that replicas wait for each other."
									: "not above zero."),
					"Set " + TIMEOUT + " to the time that a tool call may wait for the store, such as 1s.");
		}
		return timeout;
	}

	private static byte[] key(@Nullable String encoded) {
		byte[] key = decode((encoded != null) ? encoded.trim() : "");
		if (key.length < SharedTokens.MIN_KEY_BYTES) {
			throw invalid(
					KEY + ((encoded == null) ? " is not set, and shared tokens are not kept unencrypted."
							: " is not 32 bytes or more in Base64."),
					"Set it to the same secret in all replicas; 'openssl rand -base64 32' makes one.");
		}
		return key;
	}

	/**
	 * The exception has no cause, because the cause would quote the key.
	 */
	private static byte[] decode(String encoded) {
		try {
			return Base64.getDecoder().decode(encoded);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	private static InvalidLumoAuthConfigurationException invalid(String description, String action) {
		ConfigurationProblems problems = new ConfigurationProblems();
		problems.add(description, action);
		return problems.asException();
	}

}
