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

package dev.lumoauth.spring.aauth.resource;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import dev.lumoauth.spring.RedisServer;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas of a service that remember signatures in one Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReplicaTests {

	private static final SigningKey KEY = TestKeys.ed25519("agent-1");

	@Test
	void whatOneHasTakenTheOtherRefuses(@TempDir Path directory, CapturedOutput output) throws Exception {
		RedisServer redis = RedisServer.start(directory);
		String[] settings = { "lumoauth.aauth.resource.nonce-store=redis", "spring.data.redis.port=" + redis.port(),
				"spring.data.redis.timeout=2s" };
		try (redis;
				StubLumoAuth lumoAuth = new StubLumoAuth();
				SignedService one = SignedService.start(lumoAuth, settings);
				SignedService other = SignedService.start(lumoAuth, settings)) {
			WireRequest request = request(lumoAuth);
			assertThat(request.send(one.port()).status()).isEqualTo(200);
			assertThat(request.send(other.port()).status()).isEqualTo(401);
			assertThat(request.send(one.port()).status()).isEqualTo(401);
			onceAtATime(lumoAuth, one, other);
			StringRedisTemplate template = one.bean(StringRedisTemplate.class);
			Set<String> keys = template.keys("*");
			assertThat(keys).hasSize(2).allSatisfy((key) -> {
				assertThat(key).matches("lumoauth:aauth:nonce:[0-9a-f-]{36}");
				assertThat(template.getExpire(key)).isBetween(100L, 130L);
			});
			redis.close();
			WireAnswer answer = request(lumoAuth).send(one.port());
			assertThat(answer.status()).isEqualTo(503);
			assertThat(one.reached() + other.reached()).isEqualTo(2);
		}
		assertThat(output).contains("lumoauth.aauth.resource.nonce-store=redis")
			.doesNotContain("Only this process remembers");
	}

	private static void onceAtATime(StubLumoAuth lumoAuth, SignedService one, SignedService other) throws Exception {
		WireRequest request = request(lumoAuth);
		ExecutorService threads = Executors.newFixedThreadPool(32);
		try {
			List<Callable<Integer>> calls = new ArrayList<>();
			for (int i = 0; i < 32; i++) {
				int port = (i % 2 == 0) ? one.port() : other.port();
				calls.add(() -> request.send(port).status());
			}
			List<Integer> statuses = new ArrayList<>();
			for (Future<Integer> call : threads.invokeAll(calls)) {
				statuses.add(call.get());
			}
			assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * Requests that come again, that come late, and those of others: nothing of them
	 * stays.
	 */
	@Test
	void whatIsRefusedIsNotRemembered(CapturedOutput output) throws Exception {
		try (StubLumoAuth lumoAuth = new StubLumoAuth(); SignedService service = SignedService.start(lumoAuth)) {
			InMemoryNonceStore nonces = (InMemoryNonceStore) service.bean(NonceStore.class);
			WireRequest taken = request(lumoAuth);
			assertThat(taken.send(service.port()).status()).isEqualTo(200);
			WireRequest late = unsigned(lumoAuth).signed(KEY, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-90)));
			WireRequest foreign = unsigned(lumoAuth).signed(TestKeys.ed25519("other"), Clock.systemUTC());
			AAuthAuthenticationFilter filter = new AAuthAuthenticationFilter(service.bean(AAuthResource.class));
			for (int i = 0; i < 100; i++) {
				for (WireRequest each : List.of(taken, late, foreign)) {
					assertThat(status(filter, each)).isEqualTo(401);
				}
			}
			assertThat(nonces.size()).isEqualTo(1);
			assertThat(status(filter, request(lumoAuth))).isEqualTo(200);
			assertThat(service.reached()).isEqualTo(1);
		}
		assertThat(output).containsOnlyOnce("Only this process remembers");
	}

	/**
	 * Without the network, which takes most of the time.
	 */
	private static int status(AAuthAuthenticationFilter filter, WireRequest request) throws Exception {
		MockHttpServletRequest received = new MockHttpServletRequest(request.method(), request.target());
		request.headers().forEach((line) -> {
			String[] parts = line.split(": ?", 2);
			received.addHeader(parts[0], parts[1]);
		});
		received.setContent(request.body());
		MockHttpServletResponse response = new MockHttpServletResponse();
		filter.doFilter(received, response, new MockFilterChain());
		return response.getStatus();
	}

	private static WireRequest request(StubLumoAuth lumoAuth) {
		return unsigned(lumoAuth).signed(KEY, Clock.systemUTC());
	}

	private static WireRequest unsigned(StubLumoAuth lumoAuth) {
		return WireRequest.of("POST", "/api/things", SignedService.HOST, "{}", "Content-Type: application/json",
				"Authorization: Bearer " + lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(KEY), Instant.now()));
	}

}
