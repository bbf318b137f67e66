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

package dev.lumoauth.spring.aauth.agent;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AAuthAgent}.
 */
class AAuthAgentTests {

	@Test
	void keepsTheNewKeyAlthoughAThreadHasReadThePreviousOne() throws Exception {
		SigningKey next = key();
		AtomicReference<SigningKey> file = new AtomicReference<>(key());
		AtomicReference<AAuthAgent> agent = new AtomicReference<>();
		AtomicBoolean replace = new AtomicBoolean();
		agent.set(new AAuthAgent("https://agent.example.com", "worker-1", () -> {
			SigningKey read = file.get();
			if (replace.getAndSet(false)) {
				file.set(next);
				// As another thread does, before this one goes on.
				assertThat(agent.get().key().thumbprint()).isEqualTo(next.thumbprint());
			}
			return read;
		}, () -> null, Clock.systemUTC()));
		replace.set(true);
		assertThat(agent.get().key().thumbprint()).isEqualTo(next.thumbprint());
		assertThat(agent.get().proofs().thumbprint()).isEqualTo(next.thumbprint());
	}

	private static SigningKey key() throws Exception {
		KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		return SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null);
	}

}
