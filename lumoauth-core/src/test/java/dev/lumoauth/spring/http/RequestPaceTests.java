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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import dev.lumoauth.spring.LumoAuthException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestPace}, by a clock that moves only where somebody waits, against
 * a LumoAuth that counts.
 */
class RequestPaceTests {

	private static final String OWN = "Bearer own";

	private static final LumoAuthAddresses ADDRESSES = LumoAuthAddresses
		.forOrganization(URI.create("https://lumoauth.example.com"), "acme-corp");

	private static final URI CHECK = ADDRESSES.authz().get(0).check();

	private static final URI STATUS = ADDRESSES.endpoint("agents/me/things/:id/status");

	private final TickingClock clock = new TickingClock();

	private final List<Instant> polls = new ArrayList<>();

	/** What LumoAuth answers instead of counting. */
	private final Map<URI, MockClientHttpResponse> answers = new HashMap<>();

	private Function<HttpHeaders, Integer> headers = (headers) -> 0;

	private boolean tells = true;

	private int limit = RequestPace.API_REQUESTS;

	private int refused;

	private final Map<String, Integer> counts = new HashMap<>();

	private final LumoAuthHttp http = LumoAuthHttp.builder(ADDRESSES, "agt_1", this::request)
		.clock(this.clock)
		.nanoTime(this.clock::nanos)
		.pause(this.clock::advance)
		.build();

	@ParameterizedTest
	@CsvSource({ "0, true", "0, false", "14, true", "14, false", "40, true", "40, false", "60, true", "60, false" })
	void refusesNoCheckBesideAThousandRequests(int checksAMinute, boolean tells) {
		this.tells = tells;
		Random random = new Random(1);
		Queue<Integer> waiting = new ArrayDeque<>();
		for (int i = 0; i < 1_000; i++) {
			waiting.add(i);
		}
		Map<Integer, Integer> asked = new HashMap<>();
		for (int tenths = 0; tenths < 60 * 60 * 10; tenths++) {
			if (random.nextInt(600) < checksAMinute) {
				send(CHECK, OWN);
			}
			if (this.http.untilPoll(OWN).isZero()) {
				Integer next = waiting.remove();
				asked.merge(next, 1, Integer::sum);
				waiting.add(next);
				poll();
			}
			this.clock.advance(Duration.ofMillis(100));
		}
		assertThat(this.refused).isZero();
		int least = (RequestPace.API_REQUESTS - checksAMinute) * 60 / 4;
		assertThat(this.polls).hasSizeBetween(least, 60 * RequestPace.API_REQUESTS / 2);
		assertThat(asked).as("each had its turn").hasSize(Math.min(1_000, this.polls.size()));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void leavesRoomForManyChecksAtOnceAtAnyMoment(boolean tells) {
		this.tells = tells;
		for (int burst = 0; burst < 60; burst++) {
			for (int tenths = 0; tenths < 1_010 + burst; tenths++) {
				pollIfPossible();
				this.clock.advance(Duration.ofMillis(100));
			}
			for (int check = 0; check < 50; check++) {
				send(CHECK, OWN);
			}
		}
		assertThat(this.refused).isZero();
	}

	@Test
	void spacesPollsFromTheFirstOneOn() {
		for (int millis = 0; millis < 20_000; millis += 10) {
			pollIfPossible();
			this.clock.advance(Duration.ofMillis(10));
		}
		assertThat(this.polls).hasSizeBetween(10, 17);
		for (int i = 1; i < this.polls.size(); i++) {
			assertThat(Duration.between(this.polls.get(i - 1), this.polls.get(i)))
				.isGreaterThanOrEqualTo(Duration.ofMillis(1_200));
		}
	}

	@Test
	void asksTheTokenEndpointTenTimesAMinuteAtMost() {
		this.limit = RequestPace.TOKEN_REQUESTS;
		for (int minute = 0; minute < 10; minute++) {
			this.polls.clear();
			for (int tenths = 0; tenths < 600; tenths++) {
				if (this.http.untilTokenPoll().isZero()) {
					this.polls.add(this.clock.instant());
					sendToken();
				}
				this.clock.advance(Duration.ofMillis(100));
			}
			assertThat(this.polls).hasSizeBetween(8, 12);
			for (int token = 0; token < 15; token++) {
				sendToken();
			}
			assertThat(this.refused).isZero();
			this.clock.advance(Duration.ofMinutes(2));
		}
	}

	@Test
	void checksAndTokensDoNotWait() {
		for (int check = 0; check < 2 * RequestPace.API_REQUESTS; check++) {
			send(CHECK, OWN);
		}
		assertThat(this.counts.values()).containsExactly(RequestPace.API_REQUESTS + 1);
		assertThat(this.http.untilPoll(OWN)).isPositive();
	}

	@Test
	void eachTokenHasItsOwnRequests() {
		this.tells = false;
		for (int check = 0; check < RequestPace.API_REQUESTS; check++) {
			send(CHECK, "Bearer of-a-user");
		}
		assertThat(this.http.untilPoll("Bearer of-a-user")).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
		assertThat(this.http.untilPoll(OWN)).isZero();
		assertThat(this.http.untilTokenPoll()).isZero();
	}

	@Test
	void countsWhatOtherProcessesHaveSent() {
		this.headers = (headers) -> 99;
		assertThat(this.http.untilPoll(OWN)).isZero();
		send(CHECK, OWN);
		assertThat(this.http.untilPoll(OWN)).as("nothing remains until the next minute")
			.isEqualTo(Duration.ofMinutes(1));
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.http.untilPoll(OWN)).isZero();
	}

	@Test
	void aHigherLimitIsThatOfOtherEndpoints() {
		this.limit = 10_000;
		this.headers = (headers) -> 9_998;
		this.http.untilPoll(OWN);
		send(CHECK, OWN);
		assertThat(this.http.untilPoll(OWN)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			Retry-After, 20, 20
			Retry-After, 0.5, 1.2
			Retry-After, 0, 1.2
			Retry-After, -1, 1.2
			Retry-After, 'Mon, 04 May 2026 10:00:20 GMT', 20
			Retry-After, 'Mon, 04 May 2026 09:00:00 GMT', 1.2
			Retry-After, 'Mon, 04 May 2099 10:00:20 GMT', 60
			Retry-After, 99999999999999999999, 60
			Retry-After, soon, 5
			Retry-After, NaN, 5
			X-Other, 20, 5
			""")
	void noPollIsSentWhileAnyEndpointAsksToWait(String header, String value, double seconds) {
		this.http.untilPoll(OWN);
		answer(CHECK, 429, "{\"error\":\"rate_limit_exceeded\"}").getHeaders().set(header, value);
		send(CHECK, OWN);
		assertThat(this.http.untilPoll(OWN)).isBetween(Duration.ofMillis((long) (seconds * 1_000)),
				Duration.ofMillis((long) (seconds * 1_000) + 300));
		assertThat(this.http.untilPoll("Bearer of-a-user")).isZero();
	}

	@Test
	void aShorterWaitDoesNotEndALongerOne() {
		answer(CHECK, 429, "{}").getHeaders().set("Retry-After", "30");
		send(CHECK, OWN);
		answer(STATUS, 429, "{}").getHeaders().set("Retry-After", "3");
		send(STATUS, OWN);
		assertThat(this.http.untilPoll(OWN)).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void aSpentBudgetKeepsNoPollFromBeingSent() {
		answer(CHECK, 429, "{\"error\":\"budget_exceeded\"}").getHeaders().set("Retry-After", "30");
		send(CHECK, OWN);
		assertThat(this.http.untilPoll(OWN)).isZero();
	}

	@Test
	void allPollsOfTheTokenEndpointAreSlowerAfterSlowDown() {
		answer(ADDRESSES.token(), 400, "{\"error\":\"slow_down\"}");
		sendToken();
		assertThat(this.http.untilTokenPoll()).isEqualTo(Duration.ofSeconds(5));
		assertThat(this.http.untilPoll(OWN)).isZero();
	}

	@Test
	void aCheckIsSentWhileOnlyAnotherEndpointAsksToWait() {
		answer(STATUS, 429, "{\"error\":\"too_many_requests\"}").getHeaders().set("Retry-After", "20");
		send(STATUS, OWN);
		exchange(CHECK, OWN);
	}

	@ParameterizedTest
	@ValueSource(longs = { -3_600, 3_600 })
	void theWallClockMayBeSet(long seconds) {
		answer(CHECK, 429, "{}").getHeaders().set("Retry-After", "20");
		send(CHECK, OWN);
		this.clock.set(seconds);
		assertThat(this.http.untilPoll(OWN)).isEqualTo(Duration.ofSeconds(20));
		this.clock.advance(Duration.ofSeconds(20));
		assertThat(this.http.untilPoll(OWN)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "-5, 1", "x, 1", "1, x", "1, -1", "1, 1e300", "99999999999, 99999999999" })
	void anInvalidHeaderSaysNothing(String remaining, String reset) {
		MockClientHttpResponse answer = answer(CHECK, 200, "{}");
		answer.getHeaders().set("X-RateLimit-Remaining", remaining);
		answer.getHeaders().set("X-RateLimit-Reset", reset);
		send(CHECK, OWN);
		assertThat(this.http.untilPoll(OWN)).isLessThanOrEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void forgetsAll() {
		answer(CHECK, 429, "{}").getHeaders().set("Retry-After", "20");
		send(CHECK, OWN);
		this.http.forget();
		assertThat(this.http.untilPoll(OWN)).isZero();
	}

	private void pollIfPossible() {
		if (this.http.untilPoll(OWN).isZero()) {
			poll();
		}
	}

	private void poll() {
		this.polls.add(this.clock.instant());
		send(STATUS, OWN);
	}

	private void sendToken() {
		send(ADDRESSES.token(), "Basic client");
	}

	private void send(URI address, String authorization) {
		try {
			exchange(address, authorization);
		}
		catch (LumoAuthException ex) {
			this.refused++;
		}
	}

	private void exchange(URI address, String authorization) {
		this.http.restClient()
			.get()
			.uri(address)
			.header(HttpHeaders.AUTHORIZATION, authorization)
			.retrieve()
			.toBodilessEntity();
	}

	private MockClientHttpResponse answer(URI address, int status, String body) {
		MockClientHttpResponse answer = new MockClientHttpResponse(body.getBytes(StandardCharsets.UTF_8), status);
		this.answers.put(address, answer);
		return answer;
	}

	private ClientHttpRequest request(URI address, HttpMethod method) {
		MockClientHttpRequest request = new MockClientHttpRequest(method, address) {

			@Override
			protected ClientHttpResponse executeInternal() {
				MockClientHttpResponse answer = RequestPaceTests.this.answers.get(address);
				return (answer != null) ? answer : counted((address.equals(ADDRESSES.token()) ? "token"
						: String.valueOf(getHeaders().getFirst(HttpHeaders.AUTHORIZATION))));
			}

		};
		return request;
	}

	/**
	 * Counts by the minutes of the clock.
	 */
	private MockClientHttpResponse counted(String bucket) {
		long minute = this.clock.instant().getEpochSecond() / 60;
		int count = this.counts.merge(bucket + " " + minute, 1, Integer::sum);
		boolean accepted = count <= this.limit;
		MockClientHttpResponse response = new MockClientHttpResponse(new byte[0],
				accepted ? HttpStatus.OK : HttpStatus.TOO_MANY_REQUESTS);
		if (this.tells) {
			int others = this.headers.apply(response.getHeaders());
			response.getHeaders().set("X-RateLimit-Limit", String.valueOf(this.limit));
			response.getHeaders()
				.set("X-RateLimit-Remaining", String.valueOf(Math.max(0, this.limit - count - others)));
			response.getHeaders().set("X-RateLimit-Reset", String.valueOf((minute + 1) * 60));
		}
		return response;
	}

	/**
	 * A clock, and one that nobody can set.
	 */
	private static final class TickingClock extends Clock {

		private static final Instant START = Instant.parse("2026-05-04T10:00:00Z");

		private final AtomicLong nanos = new AtomicLong();

		private Duration set = Duration.ZERO;

		private long nanos() {
			return this.nanos.get();
		}

		private void advance(Duration duration) {
			this.nanos.addAndGet(duration.toNanos());
		}

		private void set(long seconds) {
			this.set = Duration.ofSeconds(seconds);
		}

		@Override
		public Instant instant() {
			return START.plusNanos(this.nanos.get()).plus(this.set);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
