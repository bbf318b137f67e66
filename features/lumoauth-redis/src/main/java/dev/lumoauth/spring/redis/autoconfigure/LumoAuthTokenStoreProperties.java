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
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the token store that the replicas of an application share.
 *
 * @param encryptionKey Key with which shared tokens are encrypted: 32 random bytes or
 * more in Base64, the same for all replicas.
 * @param timeout Maximum time to wait for an answer of the store, which is then not asked
 * again for 10 seconds.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.token-store")
public record LumoAuthTokenStoreProperties(@Nullable String encryptionKey, @DefaultValue("1s") Duration timeout) {

	/**
	 * Without the key.
	 */
	@Override
	public String toString() {
		return "LumoAuthTokenStoreProperties[timeout=" + this.timeout + "]";
	}

}
