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

import java.time.Clock;
import java.time.Instant;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with a real server.
 */
class AAuthAuthenticationFilterTests {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final SigningKey KEY = TestKeys.ed25519("agent-1");

	private static StubLumoAuth lumoAuth;

	private static SignedService service;

	@BeforeAll
	static void start() {
		lumoAuth = new StubLumoAuth();
		service = SignedService.start(lumoAuth);
	}

	@AfterAll
	static void stop() {
		service.close();
		lumoAuth.close();
	}

	@Test
	void takesWhatIsSigned() {
		String token = lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(KEY), Instant.now());
		WireRequest request = WireRequest.of("POST", "/api/things?a=1", SignedService.HOST, "{\"x\":1}",
				"Content-Type: application/json", "Authorization: Bearer " + token);
		assertThat(request.signed(KEY, CLOCK).send(service.port()))
			.satisfies((answer) -> assertThat(answer.status()).as(answer.toString()).isEqualTo(200))
			.extracting(WireAnswer::body)
			.asString()
			.contains("user-1 POST {a=1} {\"x\":1}");
	}

}
