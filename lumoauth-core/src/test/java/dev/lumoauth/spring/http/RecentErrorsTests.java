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
package dev.lumoauth.spring.http;

import java.net.URI;
import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class RecentErrorsTests {

	private final LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("https://auth.example.com"),
			"acme");

	private final ManualClock clock = new ManualClock();

	private final RecentErrors errors = new RecentErrors(this.endpoints, this.clock);

	@Test
	void keepsTheLastTwentyTheLastOneFirst() {
		for (int status = 1; status <= 23; status++) {
			this.clock.advance(Duration.ofSeconds(1));
			this.errors.add(this.endpoints.userinfo(), status, new LumoAuthUnavailableException("a text", null));
		}
		assertThat(this.errors.all()).extracting(RequestError::status)
			.containsExactlyElementsOf(IntStream.rangeClosed(4, 23).map((i) -> 27 - i).boxed().toList());
		assertThat(this.errors.all().get(0).at()).isEqualTo(this.clock.instant());
	}

	@ParameterizedTest
	@CsvSource({ "invalid_target, invalid_target", "made-up by someone," })
	void keepsNoErrorCodeThatIsMadeUp(String code, String kept) {
		this.errors.add(this.endpoints.token(), 400, new LumoAuthDeniedException("a text", code, null));
		assertThat(this.errors.all().get(0).error()).isEqualTo(kept);
	}

	@ParameterizedTest
	@CsvSource({ "/t/acme/api/v1/authz/check-bulk, authz/check-bulk", "/t/acme/api/v1/users/alice, other" })
	void keepsNoAddressThatItDoesNotKnow(String path, String name) {
		this.errors.add(URI.create("https://auth.example.com" + path), null,
				new LumoAuthUnavailableException("a text", null));
		assertThat(this.errors.all().get(0).endpoint()).isEqualTo(name);
	}

}
