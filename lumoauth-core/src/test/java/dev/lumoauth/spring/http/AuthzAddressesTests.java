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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link AuthzAddresses}.
 */
class AuthzAddressesTests {

	private static final LumoAuthAddresses LUMOAUTH = LumoAuthAddresses
		.forTenant(URI.create("https://lumoauth.example.com"), "acme-corp");

	private static final AuthzEndpoints FIRST = LUMOAUTH.authz().get(0);

	private static final AuthzEndpoints SECOND = LUMOAUTH.authz().get(1);

	private final RecentErrors errors = new RecentErrors(LUMOAUTH, Clock.systemUTC());

	private final AuthzAddresses addresses = new AuthzAddresses(LUMOAUTH.authz(), this.errors);

	private final List<AuthzEndpoints> asked = new ArrayList<>();

	@Test
	void remembersTheAddressThatAnswers() {
		assertThat(ask(Map.of(FIRST, unknown(FIRST)))).isEqualTo("answer");
		assertThat(this.addresses.current()).isEqualTo(SECOND);
		assertThat(ask(Map.of(FIRST, unknown(FIRST)))).isEqualTo("answer");
		assertThat(this.asked).containsExactly(FIRST, SECOND, SECOND);
		this.addresses.forget();
		assertThat(this.addresses.current()).isEqualTo(FIRST);
	}

	@Test
	void asksBothOnceIfNeitherIsKnown() {
		assertThat(failure(Map.of(FIRST, unknown(FIRST), SECOND, unknown(SECOND))))
			.isExactlyInstanceOf(LumoAuthProtocolException.class)
			.hasMessageContainingAll("HTTP 404 at " + SECOND.check(), "does not know it at " + FIRST.check());
		assertThat(this.asked).containsExactly(FIRST, SECOND);
		assertThat(this.addresses.current()).isEqualTo(FIRST);
		assertThat(this.errors.all()).singleElement().returns(404, RequestError::status);
	}

	/**
	 * A server has answered, so no earlier allow may bridge this.
	 */
	@Test
	void isNoOutageIfThereIsNoTimeLeftForTheOtherAddress() {
		LumoAuthUnavailableException usedUp = new LumoAuthUnavailableException("no time", WaitAllowance.usedUp(null));
		LumoAuthUnavailableException down = new LumoAuthUnavailableException("down", null, true);
		for (LumoAuthUnavailableException second : List.of(usedUp, down)) {
			assertThat(failure(Map.of(FIRST, unknown(FIRST), SECOND, second)))
				.isExactlyInstanceOf(LumoAuthProtocolException.class)
				.hasMessage("HTTP 404 at " + FIRST.check() + ", and then: " + second.getMessage())
				.hasCause(second);
			assertThat(this.addresses.current()).isEqualTo(FIRST);
		}
	}

	@Test
	void passesARefusalOnAsItIs() {
		LumoAuthDeniedException denied = new LumoAuthDeniedException("denied", "access_denied", null);
		LumoAuthUnavailableException interrupted = new LumoAuthUnavailableException("interrupted", null);
		for (LumoAuthException second : List.of(denied, interrupted)) {
			assertThat(failure(Map.of(FIRST, unknown(FIRST), SECOND, second))).isSameAs(second);
		}
		this.asked.clear();
		assertThat(failure(Map.of(FIRST, denied))).isSameAs(denied);
		assertThat(this.asked).as("a refusal is an answer").containsExactly(FIRST);
	}

	/**
	 * Whatever the other thread has remembered meanwhile.
	 */
	@Test
	void asksTheOtherAddressOfTwoAlsoIfAnotherThreadHasJustFoundIt() {
		Function<AuthzEndpoints, String> question = (endpoints) -> {
			this.asked.add(endpoints);
			if (endpoints.equals(FIRST)) {
				CompletableFuture.runAsync(() -> this.addresses.ask((other) -> {
					if (other.equals(FIRST)) {
						throw unknown(FIRST);
					}
					return "answer";
				})).join();
				throw unknown(FIRST);
			}
			return "answer";
		};
		assertThat(this.addresses.ask(question)).isEqualTo("answer");
		assertThat(this.asked).containsExactly(FIRST, SECOND);
	}

	private String ask(Map<AuthzEndpoints, LumoAuthException> failures) {
		return this.addresses.ask((endpoints) -> {
			this.asked.add(endpoints);
			if (failures.containsKey(endpoints)) {
				throw failures.get(endpoints);
			}
			return "answer";
		});
	}

	private Throwable failure(Map<AuthzEndpoints, LumoAuthException> failures) {
		return catchThrowable(() -> ask(failures));
	}

	private static UnknownAddressException unknown(AuthzEndpoints endpoints) {
		return new UnknownAddressException(endpoints.check(), "HTTP 404 at " + endpoints.check());
	}

}
