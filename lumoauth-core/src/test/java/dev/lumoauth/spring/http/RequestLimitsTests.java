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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for requests that all replicas count together, whoever counts them.
 */
class RequestLimitsTests {

	private static final LumoAuthAddresses ADDRESSES = LumoAuthAddresses
		.forTenant(URI.create("https://lumoauth.example.com"), "acme-corp");

	private static final URI CHECK = ADDRESSES.authz().get(0).check();

	private final Limits limits = new Limits();

	private final List<Duration> pauses = new ArrayList<>();

	private final List<URI> sent = new ArrayList<>();

	private final Queue<MockClientHttpResponse> answers = new ArrayDeque<>();

	private final LumoAuthHttp http = LumoAuthHttp.builder(ADDRESSES, "agt_1", this::request)
		.pause(this.pauses::add)
		.limits(this.limits)
		.build();

	private ClientHttpRequest request(URI uri, HttpMethod method) {
		return new MockClientHttpRequest(method, uri) {
			@Override
			protected ClientHttpResponse executeInternal() {
				RequestLimitsTests.this.sent.add(uri);
				MockClientHttpResponse answer = RequestLimitsTests.this.answers.poll();
				return (answer != null) ? answer : answer(HttpStatus.OK, "{}");
			}
		};
	}

	private static MockClientHttpResponse answer(HttpStatus status, String body) {
		return new MockClientHttpResponse(body.getBytes(StandardCharsets.UTF_8), status);
	}

	private void check() {
		this.http.restClient()
			.get()
			.uri(CHECK)
			.header(HttpHeaders.AUTHORIZATION, "Bearer token")
			.retrieve()
			.toBodilessEntity();
	}

	private void token() {
		this.http.restClient().post().uri(ADDRESSES.token()).retrieve().toBodilessEntity();
	}

	@Test
	void countsByTokenAndAtTheTokenEndpointByClient() {
		check();
		token();
		assertThat(this.limits.taken).containsExactly("api Bearer token 100",
				"token " + ADDRESSES.token() + " agt_1 30");
	}

	@Test
	void waitsAShortWhileForARequest() {
		this.limits.waits.add(Duration.ofMillis(1_500));
		check();
		assertThat(this.pauses).containsExactly(Duration.ofMillis(1_500));
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void refusesWhatLumoAuthWouldRefuse() {
		this.limits.waits.add(Duration.ofSeconds(40));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::token)
			.satisfies((ex) -> assertThat(ex.getRetryAfter()).isEqualTo(Duration.ofSeconds(40)))
			.withMessageContaining("accepts no requests for another 40 s");
		this.limits.waits.addAll(List.of(Duration.ofSeconds(1), Duration.ofSeconds(1)));
		assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::check);
		assertThat(this.pauses).hasSize(1);
		assertThat(this.sent).isEmpty();
		assertThat(this.http.recentErrors()).as("nothing was sent").isEmpty();
		check();
		token();
		assertThat(this.sent).hasSize(2);
	}

	@Test
	void refusesForEverAndStaysWell() {
		for (int i = 0; i < 10; i++) {
			this.limits.waits.add(Duration.ofMinutes(1));
			assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(this::check);
		}
		check();
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void countsAsLumoAuthSays() {
		MockClientHttpResponse answer = answer(HttpStatus.OK, "{}");
		answer.getHeaders().set("X-RateLimit-Limit", "1000");
		this.answers.add(answer);
		check();
		check();
		assertThat(this.limits.taken).containsExactly("api Bearer token 100", "api Bearer token 1000");
	}

	@Test
	void asksForAPollOnlyWhatThisReplicaWouldSend() {
		this.limits.poll = Duration.ofSeconds(3);
		assertThat(this.http.untilPoll("Bearer token")).isEqualTo(Duration.ofSeconds(3));
		assertThat(this.http.untilPoll("Bearer token")).isBetween(Duration.ofMillis(1), Duration.ofMillis(1_200));
		this.limits.poll = Duration.ZERO;
		assertThat(this.http.untilTokenPoll()).isZero();
		assertThat(this.limits.polled).containsExactly("api Bearer token 100",
				"token " + ADDRESSES.token() + " agt_1 30");
	}

	@Test
	void tellsTheOthersOfARefusal() {
		MockClientHttpResponse answer = answer(HttpStatus.TOO_MANY_REQUESTS, "{\"error\":\"too_many_requests\"}");
		answer.getHeaders().set(HttpHeaders.RETRY_AFTER, "20");
		this.answers.add(answer);
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(this::check);
		assertThat(this.limits.slowed).containsExactly("api Bearer token PT20S");
	}

	private static final class Limits implements RequestLimits {

		private final Queue<Duration> waits = new ArrayDeque<>();

		private final List<String> taken = new ArrayList<>();

		private final List<String> polled = new ArrayList<>();

		private final List<String> slowed = new ArrayList<>();

		private Duration poll = Duration.ZERO;

		@Override
		public Duration take(String group, int limit) {
			this.taken.add(group + " " + limit);
			Duration wait = this.waits.poll();
			return (wait != null) ? wait : Duration.ZERO;
		}

		@Override
		public Duration untilPoll(String group, int limit) {
			this.polled.add(group + " " + limit);
			return this.poll;
		}

		@Override
		public void slowDown(String group, Duration wait) {
			this.slowed.add(group + " " + wait);
		}

	}

}
