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

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.concurrent.BoundedMap;

/**
 * The requests that LumoAuth allows in a minute: 30 at the token endpoint, and 100 at all
 * other endpoints together for each token (LumoAuth's documents, "Rate limits"). Every
 * request counts and is sent at once, but for polls. A poll asks first, and the answer is
 * a third of what the others leave, spread over the minute. If LumoAuth says what remains
 * ({@code X-RateLimit-Remaining}, {@code X-RateLimit-Reset}), because other processes use
 * the token too, that counts as well. The times are by a clock that nobody can set.
 * <p>
 * With {@link RequestLimits}, the requests of all replicas count together, and one that
 * LumoAuth would not accept is not sent: it waits for 2 seconds at most, or is refused as
 * after a 429.
 */
final class RequestPace implements ClientHttpRequestInterceptor {

	static final int TOKEN_REQUESTS = 30;

	static final int API_REQUESTS = 100;

	/** The longest time for which LumoAuth can keep polls from being sent. */
	static final Duration MAX_WAIT = Duration.ofMinutes(1);

	/** RFC 8628 section 3.5, and after a 429 that names no wait. */
	static final Duration SLOWER = Duration.ofSeconds(5);

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	/**
	 * Twice the time between two polls that would use up everything that is left.
	 */
	private static final int SPARED = 2;

	private static final int MAX_BUCKETS = 1_000;

	private static final String TOKEN = "token";

	private final URI tokenEndpoint;

	private final String clientId;

	private final @Nullable RequestLimits limits;

	private final Pause pause;

	private final Clock clock;

	private final LongSupplier nanoTime;

	/** By the hash of the token. If two tokens have the same, they share a bucket. */
	private final Map<Object, Bucket> buckets = new BoundedMap<>(MAX_BUCKETS);

	/**
	 * Create the pace.
	 * @param tokenEndpoint the token endpoint
	 * @param clientId whose requests at the token endpoint count
	 * @param limits counts the requests of all replicas; {@code null} = there is nothing
	 * that does
	 * @param pause how to wait for a request
	 * @param clock the clock
	 * @param nanoTime a monotonic clock
	 */
	RequestPace(URI tokenEndpoint, String clientId, @Nullable RequestLimits limits, Pause pause, Clock clock,
			LongSupplier nanoTime) {
		this.tokenEndpoint = tokenEndpoint;
		this.clientId = clientId;
		this.limits = limits;
		this.pause = pause;
		this.clock = clock;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return how long a poll has to wait.
	 * @param authorization the poll's {@code Authorization}; {@code null} for a poll of
	 * the token endpoint
	 * @return zero if the poll is sent now: the next poll then has to wait. Otherwise ask
	 * again after that time, or before
	 */
	Duration untilPoll(@Nullable String authorization) {
		Bucket bucket = bucket(authorization);
		Duration wait = bucket.untilPoll(this.nanoTime.getAsLong());
		return (wait.isZero() && this.limits != null) ? this.limits.untilPoll(group(authorization), bucket.allowed())
				: wait;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		boolean token = this.tokenEndpoint.equals(RequestMarks.endpoint(request));
		String authorization = token ? null : request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		if (!token && authorization == null) {
			return execution.execute(request, body);
		}
		Bucket bucket = bucket(authorization);
		take(request, group(authorization), bucket.allowed());
		bucket.sent(this.nanoTime.getAsLong());
		ClientHttpResponse response = execution.execute(request, body);
		note(bucket, group(authorization), response);
		return response;
	}

	/**
	 * Wait until all replicas together have another request.
	 */
	private void take(HttpRequest request, String group, int limit) throws IOException {
		RequestLimits limits = this.limits;
		Duration wait = (limits != null) ? limits.take(group, limit) : Duration.ZERO;
		if (limits != null && !wait.isZero() && wait.compareTo(RetryInterceptor.MAX_WAIT) <= 0
				&& Deadline.allows(wait)) {
			this.pause.pause(wait);
			wait = limits.take(group, limit);
		}
		if (!wait.isZero()) {
			throw new LumoAuthRateLimitedException("LumoAuth at " + RequestMarks.endpoint(request)
					+ " accepts no requests for another " + RetryAfter.text(wait)
					+ ": all replicas together have sent the " + limit + " that it allows in a minute", wait, null);
		}
	}

	private String group(@Nullable String authorization) {
		return (authorization != null) ? "api " + authorization : "token " + this.tokenEndpoint + " " + this.clientId;
	}

	private void note(Bucket bucket, String group, ClientHttpResponse response) throws IOException {
		long now = this.nanoTime.getAsLong();
		HttpHeaders headers = response.getHeaders();
		Integer limit = number(headers, "X-RateLimit-Limit");
		if (limit != null && limit > 0) {
			bucket.allows(limit);
		}
		Integer remaining = number(headers, "X-RateLimit-Remaining");
		Duration reset = RetryAfter.reset(headers, this.clock);
		if (remaining != null && reset != null) {
			bucket.remains(remaining, now + atMost(MAX_WAIT, reset).toNanos(), limit);
		}
		if (!response.getStatusCode().is4xxClientError()) {
			return;
		}
		ErrorAnswer answer = ErrorAnswer.read(response);
		if ((answer.status() == HttpStatus.TOO_MANY_REQUESTS.value() && !answer.isBudgetExceeded())
				|| answer.hasCode(NoTokenYetException.SLOW_DOWN)) {
			Duration named = RetryAfter.of(answer, this.clock);
			Duration wait = atMost(MAX_WAIT, (named != null) ? named : SLOWER);
			bucket.slowDown(now + wait.toNanos());
			if (this.limits != null) {
				this.limits.slowDown(group, wait);
			}
		}
	}

	private static Duration atMost(Duration max, Duration wait) {
		return (wait.compareTo(max) < 0) ? wait : max;
	}

	private static @Nullable Integer number(HttpHeaders headers, String name) {
		String value = headers.getFirst(name);
		try {
			return (value != null) ? Math.max(0, Integer.parseInt(value.trim())) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private Bucket bucket(@Nullable String authorization) {
		Object key = (authorization != null) ? authorization.hashCode() : TOKEN;
		synchronized (this.buckets) {
			return this.buckets.computeIfAbsent(key,
					(created) -> new Bucket(TOKEN.equals(created) ? TOKEN_REQUESTS : API_REQUESTS));
		}
	}

	void clear() {
		synchronized (this.buckets) {
			this.buckets.clear();
		}
	}

	/**
	 * The requests of one token. All times are in nanoseconds.
	 */
	private static final class Bucket {

		private final int limit;

		/**
		 * What LumoAuth allows: its answers may say another number than its documents.
		 */
		private volatile int allowed;

		/** The last requests, no more of them than the limit. */
		private final Deque<Long> sent = new ArrayDeque<>();

		private @Nullable Remaining remaining;

		private @Nullable Long polledAt;

		private @Nullable Long slowUntil;

		private Bucket(int limit) {
			this.limit = limit;
			this.allowed = limit;
		}

		private int allowed() {
			return this.allowed;
		}

		private void allows(int requests) {
			this.allowed = requests;
		}

		private synchronized void sent(long now) {
			this.sent.addLast(now);
			if (this.sent.size() > this.limit) {
				this.sent.removeFirst();
			}
		}

		private synchronized void remains(int requests, long reset, @Nullable Integer limit) {
			// A higher limit is that of another group of endpoints.
			if (limit == null || limit <= this.limit) {
				this.remaining = new Remaining(requests, reset);
			}
		}

		private synchronized void slowDown(long until) {
			this.slowUntil = (this.slowUntil != null && this.slowUntil - until > 0) ? this.slowUntil : until;
		}

		private synchronized Duration untilPoll(long now) {
			while (!this.sent.isEmpty() && now - this.sent.getFirst() >= MINUTE) {
				this.sent.removeFirst();
			}
			long wait = (this.slowUntil != null) ? this.slowUntil - now : 0;
			Long first = this.sent.peekFirst();
			wait = Math.max(wait,
					untilPoll(now, this.limit - this.sent.size(), MINUTE, (first != null) ? first + MINUTE : now));
			Remaining remaining = this.remaining;
			if (remaining != null && remaining.until() - now > 0) {
				wait = Math.max(wait, untilPoll(now, remaining.requests(), remaining.until() - now, remaining.until()));
			}
			if (wait > 0) {
				return Duration.ofNanos(wait);
			}
			this.polledAt = now;
			return Duration.ZERO;
		}

		/**
		 * Return the wait of a poll.
		 * @param now the time
		 * @param left how many requests are left
		 * @param time for how long they have to suffice
		 * @param more when there are more
		 */
		private long untilPoll(long now, int left, long time, long more) {
			if (left <= 0) {
				return more - now;
			}
			return (this.polledAt != null) ? this.polledAt + SPARED * time / left - now : 0;
		}

	}

	/**
	 * What LumoAuth said.
	 *
	 * @param requests how many requests it still accepts
	 * @param until until when that holds
	 */
	private record Remaining(int requests, long until) {
	}

}
