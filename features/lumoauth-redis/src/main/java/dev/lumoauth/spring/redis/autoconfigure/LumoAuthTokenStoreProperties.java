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

package dev.lumoauth.spring.redis.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the token store that the replicas of an application share.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.token-store")
public class LumoAuthTokenStoreProperties {

	/**
	 * Key with which shared tokens are encrypted: 32 random bytes or more in Base64, the
	 * same for all replicas.
	 */
	private @Nullable String encryptionKey;

	/**
	 * Maximum time to wait for an answer of the store, whatever the store's own timeout.
	 * A store that does not answer in time is not asked again for 10 seconds.
	 */
	private Duration timeout = Duration.ofSeconds(1);

	public @Nullable String getEncryptionKey() {
		return this.encryptionKey;
	}

	public void setEncryptionKey(@Nullable String encryptionKey) {
		this.encryptionKey = encryptionKey;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

}
