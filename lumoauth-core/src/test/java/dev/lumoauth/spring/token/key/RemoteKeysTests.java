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

package dev.lumoauth.spring.token.key;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RemoteKeys}.
 */
class RemoteKeysTests {

	/**
	 * Whoever makes ids up must not have the threads of the service wait.
	 */
	@Test
	void fewWaitForKeysThatAreNotKnownWhileLumoAuthHangs() throws Exception {
		JWK key = new ECKeyGenerator(Curve.P_256).keyID("known").generate().toPublicJWK();
		AtomicInteger fetches = new AtomicInteger();
		CountDownLatch hanging = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(50);
		try (RemoteKeys keys = new RemoteKeys(URI.create("https://lumoauth.example/jwks.json"), "issuer", (url) -> {
			if (fetches.incrementAndGet() > 1) {
				await(hanging);
			}
			return new Resource("{\"keys\":[" + key.toJSONString() + "]}", "application/json");
		})) {
			assertThat(keys.find("known")).isNotNull();
			CompletionService<@Nullable JWK> unknown = new ExecutorCompletionService<>(threads);
			for (int i = 0; i < 50; i++) {
				String id = "unknown " + i;
				unknown.submit(() -> keys.find(id));
			}
			for (int i = 0; i < 50 - RemoteKeys.MAX_WAITING; i++) {
				// Shorter than the 15 s after which also a thread is refused that waits
				// for the keys.
				Future<@Nullable JWK> refused = unknown.poll(10, TimeUnit.SECONDS);
				assertThat(refused).isNotNull();
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(refused::get)
					.withCauseInstanceOf(LumoAuthUnavailableException.class);
			}
			assertThat(unknown.poll()).isNull();
			assertThat(keys.find("known")).isNotNull();
		}
		finally {
			hanging.countDown();
			threads.shutdownNow();
		}
	}

	private static void await(CountDownLatch latch) throws IOException {
		try {
			if (!latch.await(60, TimeUnit.SECONDS)) {
				throw new IOException("Nobody ended it");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

}
