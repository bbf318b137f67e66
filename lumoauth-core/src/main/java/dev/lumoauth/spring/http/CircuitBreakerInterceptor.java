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
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;

/**
 * Counts how calls end, including a second try, and sends no request to an endpoint that
 * gets none now. Failures are: no answer in time, an answer that breaks off, and 502, 503
 * and 504. 500 is not a failure: it may be about that one request. Each call gets the
 * time that its chat has left to wait for LumoAuth. If no time is left, nothing is sent,
 * unless the endpoint has answered since.
 */
final class CircuitBreakerInterceptor implements ClientHttpRequestInterceptor {

	private final CircuitBreaker gate;

	private final long maxWait;

	private final LongSupplier nanoTime;

	/**
	 * Create the interceptor.
	 * @param gate remembers how calls have ended
	 * @param maxWait how long a chat may wait in all
	 * @param nanoTime a monotonic clock
	 */
	CircuitBreakerInterceptor(CircuitBreaker gate, Duration maxWait, LongSupplier nanoTime) {
		this.gate = gate;
		this.maxWait = maxWait.toNanos();
		this.nanoTime = nanoTime;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		URI endpoint = RequestMarks.endpoint(request);
		WaitAllowance allowance = WaitAllowance.current();
		long start = this.nanoTime.getAsLong();
		boolean whole = allowance.isWhole(this.gate.answeredAt(endpoint), start);
		long left = whole ? this.maxWait : allowance.left(this.maxWait, start);
		if (left <= 0) {
			throw new LumoAuthUnavailableException("LumoAuth at " + endpoint
					+ " is not asked: the chat or request has waited for LumoAuth's answers as long as "
					+ "lumoauth.max-wait allows", WaitAllowance.usedUp(null), this.gate.isSuspect(endpoint));
		}
		boolean probing = this.gate.enter(endpoint, whole);
		CallContext call = CallContext.current().with(Deadline.KEY, new Deadline(start + left, this.nanoTime));
		boolean known = false;
		try {
			ClientHttpResponse response = call.run(() -> execution.execute(request, body));
			if (isAnswer(request, response)) {
				this.gate.answered(endpoint);
			}
			else {
				spend(allowance, start);
				this.gate.failed(endpoint, "HTTP " + response.getStatusCode().value(), false);
			}
			known = true;
			return response;
		}
		catch (IOException ex) {
			known = failed(endpoint, ex.getClass().getSimpleName(), isTimeout(ex), whole, allowance, start);
			if (isTimeout(ex) && !whole && !this.gate.isSuspect(endpoint)) {
				// Even an endpoint that is well may not have answered in that time.
				throw new LumoAuthUnavailableException("LumoAuth at " + endpoint
						+ " could not be reached in what was left of lumoauth.max-wait to the chat or request: "
						+ ex.getMessage(), WaitAllowance.usedUp(ex), false);
			}
			throw ex;
		}
		finally {
			if (probing && !known) {
				this.gate.leftOpen(endpoint);
			}
		}
	}

	private static boolean isAnswer(HttpRequest request, ClientHttpResponse response) throws IOException {
		return switch (response.getStatusCode().value()) {
			case 502, 503, 504 -> RequestMarks.isFromBehind(request, ErrorAnswer.read(response).code());
			default -> true;
		};
	}

	/**
	 * @return whether the failure says something about the endpoint
	 */
	private boolean failed(URI endpoint, String cause, boolean timeout, boolean whole, WaitAllowance allowance,
			long start) {
		if (Thread.currentThread().isInterrupted()) {
			return false;
		}
		spend(allowance, start);
		if (timeout && !whole) {
			return false;
		}
		Long answeredAt = this.gate.answeredAt(endpoint);
		// Otherwise the failure is about that one request, since others got answers
		// meanwhile.
		if (!timeout || answeredAt == null || answeredAt - start < 0) {
			this.gate.failed(endpoint, cause, timeout);
		}
		return true;
	}

	private void spend(WaitAllowance allowance, long start) {
		long now = this.nanoTime.getAsLong();
		allowance.spend(now - start, now);
	}

	private static boolean isTimeout(IOException failure) {
		return failure instanceof HttpTimeoutException || failure instanceof SocketTimeoutException;
	}

}
