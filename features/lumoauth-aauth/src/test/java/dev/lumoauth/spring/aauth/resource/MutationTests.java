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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A signed request is changed in one place, on its way to a real server: no change comes
 * through.
 */
class MutationTests {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final SigningKey ED25519 = TestKeys.ed25519("agent-1");

	private static final SigningKey RSA = TestKeys.rsa("agent-2");

	private static StubLumoAuth lumoAuth;

	private static SignedService service;

	/** A service that believes the headers of proxies. */
	private static SignedService behindProxies;

	@BeforeAll
	static void start() {
		lumoAuth = new StubLumoAuth();
		service = SignedService.start(lumoAuth);
		behindProxies = SignedService.start(lumoAuth, "server.forward-headers-strategy=framework");
	}

	@AfterAll
	static void stop() {
		behindProxies.close();
		service.close();
		lumoAuth.close();
	}

	@Test
	void noChangeComesThrough() {
		changes("GET /api/thin%41gs?a=1&b=2", ED25519, service);
	}

	@ParameterizedTest
	@Tag("nightly")
	@ValueSource(strings = { "GET /api/things", "POST /api/things {\"amount\":1}", "DELETE /api/th%c3%a4ngs/1",
			"PUT /api/things/1?a=1&b=2 {\"amount\":1}", "PATCH /api/things/1 {\"amount\":1}" })
	void noChangeOfOtherRequestsComesThrough(String line) {
		changes(line, ED25519, service);
	}

	@Test
	void noChangeComesThroughBehindProxies() {
		changes("POST /api/things?a=1&b=2 {\"amount\":1}", ED25519, behindProxies);
	}

	@Test
	@Tag("nightly")
	void noChangeOfARequestWithoutABodyComesThroughBehindProxies() {
		changes("GET /api/things", ED25519, behindProxies);
	}

	/**
	 * What another algorithm changes is tried for each in VerificationKeyTests.
	 */
	@Test
	@Tag("nightly")
	void noChangeComesThroughWithRsa() {
		changes("POST /api/things?a=1&b=2 {\"amount\":1}", RSA, service);
	}

	private void changes(String line, SigningKey key, SignedService service) {
		WireRequest unsigned = request(line, key);
		WireRequest signed = unsigned.signed(key, CLOCK);
		Map<String, UnaryOperator<WireRequest>> changes = RequestMutations.of(signed);
		assertThat(changes).hasSizeGreaterThan(300);
		List<String> through = new ArrayList<>();
		changes.forEach((name, change) -> {
			int before = service.reached();
			WireAnswer answer = change.apply(signed).send(service.port());
			if (answer.status() < 400 || answer.status() >= 500 || service.reached() != before) {
				through.add(name + " -> " + answer.status() + " " + answer.body());
			}
		});
		assertThat(through).isEmpty();
		// It was good all the time, and none of the changes has used it up.
		assertThat(signed.send(service.port()).status()).isEqualTo(200);
	}

	/**
	 * What the sender writes in another way, and says the same by.
	 */
	@Test
	void takesTheSameRequestInOtherWords() {
		String line = "POST /api/things?a=1&b=2 {\"amount\":1}";
		List<UnaryOperator<WireRequest>> same = List.of(UnaryOperator.identity(), WireRequest::inChunks,
				(request) -> request.changed("Content-Type", (value) -> "  " + value + " \t "),
				(request) -> request.without("Signature-Key"), (request) -> request.with("host", "API.Example:443"),
				(request) -> request.changed("Signature", (value) -> value.replace('-', '+').replace('_', '/')),
				(request) -> request.plus("X-Forwarded-For: 1.2.3.4"),
				(request) -> request.plus("X-Forwarded-Prefix: /prefix")
					.plus("X-Forwarded-Host: public.example")
					.plus("X-Forwarded-Proto: https"),
				(request) -> request.withVersion("HTTP/1.0"));
		for (SignedService each : List.of(service, behindProxies)) {
			same.forEach((change) -> {
				WireRequest changed = change.apply(request(line, ED25519).signed(ED25519, CLOCK));
				assertThat(changed.send(each.port()).status()).as(changed.toString()).isEqualTo(200);
			});
		}
	}

	private static WireRequest request(String line, SigningKey key) {
		String[] parts = line.split(" ", 3);
		String body = (parts.length == 3) ? parts[2] : "";
		return WireRequest.of(parts[0], parts[1], SignedService.HOST, body, "Content-Type: application/json",
				"Authorization: Bearer " + lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(key), Instant.now()));
	}

}
