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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.http.EndpointState.Breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CircuitBreaker}.
 */
class CircuitBreakerTests {

	private static final URI CHECK = URI.create("https://lumoauth.example.com/api/v1/authz/check");

	private static final URI TOKEN = URI.create("https://lumoauth.example.com/oauth/token");

	private final ManualClock clock = new ManualClock();

	private final CircuitBreaker gate = new CircuitBreaker(this.clock, System::nanoTime);

	@Test
	void twoFailuresAreNoOutage() {
		fail(2);
		assertThat(isOpen()).isTrue();
		assertThat(isOpen()).isTrue();
	}

	@Test
	void afterThreeFailuresNobodyAsksAndTheErrorSaysWhy() {
		fail(3);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.gate.enter(CHECK, true))
			.withMessage("LumoAuth at " + CHECK + " has failed 3 times in a row, the last time with ConnectException, "
					+ "and is not asked for a moment");
	}

	@Test
	void otherEndpointsGoOn() {
		fail(3);
		this.gate.enter(TOKEN, true);
	}

	@Test
	void anAnswerInBetweenStartsTheCountAnew() {
		fail(2);
		this.gate.answered(CHECK);
		fail(2);
		assertThat(isOpen()).isTrue();
	}

	@Test
	void oneAsksForAllAndItsAnswerLetsTheOthersIn() {
		fail(3);
		this.clock.advance(CircuitBreaker.FIRST_WAIT);
		assertThat(isOpen()).isTrue();
		assertThat(isOpen()).isFalse();
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(isOpen()).isFalse();
		this.gate.answered(CHECK);
		assertThat(isOpen()).isTrue();
		assertThat(isOpen()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "3, 1", "4, 2", "5, 4", "6, 8", "7, 10", "1000000, 10" })
	void waitsLongerAfterEachFailureAndUpToAFifthLessThanThat(int failures, int seconds) {
		fail(failures);
		this.clock.advance(Duration.ofMillis(seconds * 1000L * 4 / 5 - 1));
		assertThat(isOpen()).isFalse();
		this.clock.advance(Duration.ofMillis(seconds * 1000L / 5 + 1));
		assertThat(isOpen()).isTrue();
	}

	@Test
	void whoAskedForAllAndNeverCameBackKeepsNobodyOutForEver() {
		fail(3);
		this.clock.advance(CircuitBreaker.FIRST_WAIT);
		this.gate.enter(CHECK, true);
		this.clock.advance(CircuitBreaker.PROBE);
		assertThat(isOpen()).isTrue();
	}

	@Test
	void aClockThatWasPutBackKeepsNobodyOut() {
		fail(3);
		this.clock.advance(Duration.ofHours(-1));
		assertThat(isOpen()).isTrue();
	}

	@Test
	void saysWhetherItIsOpen() {
		fail(2);
		assertThat(state()).isEqualTo(new EndpointState("check", Breaker.CLOSED, 2, null, null));
		fail(1);
		assertThat(state().breaker()).isEqualTo(Breaker.OPEN);
		assertThat(state().openUntil()).isBetween(this.clock.instant().plusMillis(800),
				this.clock.instant().plusMillis(1000));
		this.clock.advance(CircuitBreaker.FIRST_WAIT);
		assertThat(state().breaker()).isEqualTo(Breaker.HALF_OPEN);
		this.gate.enter(CHECK, true);
		assertThat(state().breaker()).isEqualTo(Breaker.HALF_OPEN);
		fail(1);
		assertThat(state().breaker()).isEqualTo(Breaker.OPEN);
		this.gate.answered(CHECK);
		assertThat(state()).isEqualTo(new EndpointState("check", Breaker.CLOSED, 0, null, null));
	}

	private EndpointState state() {
		return this.gate.state(CHECK, "check", null);
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.gate.failed(CHECK, "ConnectException", false);
		}
	}

	private boolean isOpen() {
		try {
			this.gate.enter(CHECK, true);
			return true;
		}
		catch (LumoAuthUnavailableException ex) {
			return false;
		}
	}

}
