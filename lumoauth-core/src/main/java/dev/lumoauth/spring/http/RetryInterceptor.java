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
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.http.BoundedResponseInterceptor.BrokenOffException;

/**
 * Tries a failed call once more if that can do no harm: a call that only reads, after a
 * connection failure, after 502, 503 and 504, and after a 429 that asks for at most two
 * seconds. There has to be enough time left. While an endpoint's wait lasts, nothing is
 * sent to it at all.
 */
record RetryInterceptor(RetryAfterGate gate, Clock clock, Pause pause) implements ClientHttpRequestInterceptor {

	/** Names the request attribute that marks a call which only reads. */
	static final String SAFE = RetryInterceptor.class.getName() + ".SAFE";

	static final Duration MAX_WAIT = Duration.ofSeconds(2);

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		boolean safe = Boolean.TRUE.equals(request.getAttributes().get(SAFE));
		boolean waited = waitForGate(request, safe);
		if (!safe || waited) {
			return execution.execute(request, body);
		}
		ClientHttpResponse response;
		try {
			response = execution.execute(request, body);
		}
		catch (IOException ex) {
			Duration wait = jitter();
			if (!isConnectionFailure(ex) || !Deadline.allows(wait)) {
				throw ex;
			}
			this.pause.pause(wait);
			return execution.execute(request, body);
		}
		return switch (response.getStatusCode().value()) {
			case 429, 502, 503, 504 -> retry(request, body, execution, response);
			default -> response;
		};
	}

	private boolean waitForGate(HttpRequest request, boolean safe) throws IOException {
		URI endpoint = RequestMarks.endpoint(request);
		Duration remaining = this.gate.remaining(endpoint);
		if (remaining == null) {
			return false;
		}
		if (!safe || remaining.compareTo(MAX_WAIT) > 0 || !Deadline.allows(remaining)) {
			throw new LumoAuthRateLimitedException(
					"LumoAuth at " + endpoint + " accepts no requests for another " + RetryAfter.text(remaining),
					remaining, null);
		}
		this.pause.pause(remaining);
		return true;
	}

	private ClientHttpResponse retry(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			ClientHttpResponse response) throws IOException {
		Duration wait = waitBeforeRetry(RequestMarks.endpoint(request), ErrorAnswer.read(response));
		if (wait == null || !Deadline.allows(wait)) {
			return response;
		}
		response.close();
		this.pause.pause(wait);
		return execution.execute(request, body);
	}

	private @Nullable Duration waitBeforeRetry(URI endpoint, ErrorAnswer answer) {
		Duration named = RetryAfter.of(answer, this.clock);
		if (answer.status() != 429) {
			Duration wait = (named != null) ? named : jitter();
			return (wait.compareTo(MAX_WAIT) <= 0) ? wait : null;
		}
		if (named == null || named.compareTo(MAX_WAIT) > 0 || answer.isBudgetExceeded()) {
			return null;
		}
		this.gate.close(endpoint, named);
		return named.plus(jitter());
	}

	/**
	 * Return whether there was no connection. A read that took too long does not count:
	 * it has already cost the caller the whole timeout.
	 */
	private static boolean isConnectionFailure(IOException failure) {
		if (Thread.currentThread().isInterrupted()) {
			return false;
		}
		if (failure instanceof HttpTimeoutException) {
			return failure instanceof HttpConnectTimeoutException;
		}
		if (failure instanceof SocketTimeoutException) {
			return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).startsWith("connect");
		}
		return !(failure instanceof InterruptedIOException || failure instanceof BrokenOffException);
	}

	private static Duration jitter() {
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, 250));
	}

}
