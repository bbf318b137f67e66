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

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.event.Revocations;
import dev.lumoauth.spring.event.redis.RedisRevocationRelay;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * Passes events on to other replicas, if configured.
 *
 * @param relay the relay; {@code null} = none
 */
record EventRelay(@Nullable RedisRevocationRelay relay) implements AutoCloseable {

	static final EventRelay NONE = new EventRelay(null);

	private static final Duration PAUSE = Duration.ofSeconds(5);

	static EventRelay of(Revocations revocations, RedisConnectionFactory redis, byte[] secret,
			BackgroundWork backgroundWork) {
		RedisRevocationRelay relay = new RedisRevocationRelay(revocations, redis, secret, backgroundWork.executor(),
				backgroundWork.later(PAUSE), Clock.systemUTC());
		revocations.relayBy(relay);
		relay.start();
		return new EventRelay(relay);
	}

	/**
	 * Return a secret that only the replicas share: the key of shared tokens, or the
	 * agent's secret.
	 * @return the secret; {@code null} if there is none
	 */
	static byte @Nullable [] secret(LumoAuthConnection connection, Environment environment) {
		String key = environment.getProperty("lumoauth.token-store.encryption-key");
		String secret = StringUtils.hasText(key) ? key.trim() : connection.clientSecret();
		return StringUtils.hasText(secret) ? secret.getBytes(StandardCharsets.UTF_8) : null;
	}

	@Override
	public void close() throws Exception {
		if (this.relay != null) {
			this.relay.close();
		}
	}

}
