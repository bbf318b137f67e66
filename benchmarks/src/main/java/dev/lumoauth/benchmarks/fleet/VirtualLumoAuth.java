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

package dev.lumoauth.benchmarks.fleet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * LumoAuth's token endpoint for one client: 30 requests in each minute of the clock, and
 * 429 with the seconds that are left of the minute for what is more. Answers at once.
 */
final class VirtualLumoAuth implements ClientHttpRequestFactory {

	static final int LIMIT = 30;

	private final Map<Long, Integer> granted = new HashMap<>();

	private final Map<Long, Integer> requests = new HashMap<>();

	private final Clock clock;

	private final int jitter;

	private final Random random = new Random(7);

	private boolean down;

	private long tokens;

	/**
	 * Create the endpoint.
	 * @param clock the time
	 * @param jitter by up to how many seconds tokens end before their hour is over
	 */
	VirtualLumoAuth(Clock clock, int jitter) {
		this.clock = clock;
		this.jitter = jitter;
	}

	void down(boolean down) {
		this.down = down;
	}

	/**
	 * Return how many requests came in a minute, those refused included.
	 */
	int requests(long minute) {
		return this.requests.getOrDefault(minute, 0);
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
		return new AbstractClientHttpRequest() {

			private final OutputStream body = new ByteArrayOutputStream();

			@Override
			public HttpMethod getMethod() {
				return method;
			}

			@Override
			public URI getURI() {
				return uri;
			}

			@Override
			protected OutputStream getBodyInternal(HttpHeaders headers) {
				return this.body;
			}

			@Override
			protected ClientHttpResponse executeInternal(HttpHeaders headers) throws IOException {
				return answer();
			}

		};
	}

	private ClientHttpResponse answer() throws IOException {
		long minute = this.clock.millis() / 60_000;
		this.requests.merge(minute, 1, Integer::sum);
		if (this.down) {
			throw new ConnectException("Connection refused");
		}
		if (this.granted.merge(minute, 1, Integer::sum) > LIMIT) {
			long left = 60 - this.clock.millis() / 1000 % 60;
			return new Response(HttpStatus.TOO_MANY_REQUESTS, "{\"error\":\"rate_limit_exceeded\"}",
					String.valueOf(left));
		}
		return new Response(
				HttpStatus.OK, "{\"access_token\":\"t" + ++this.tokens + "\",\"token_type\":\"Bearer\",\"expires_in\":"
						+ life() + ",\"issued_token_type\":" + "\"urn:ietf:params:oauth:token-type:access_token\"}",
				null);
	}

	private int life() {
		return 3600 - ((this.jitter > 0) ? this.random.nextInt(this.jitter) : 0);
	}

	private static final class Response implements ClientHttpResponse {

		private final HttpHeaders headers = new HttpHeaders();

		private final HttpStatus status;

		private final byte[] body;

		private Response(HttpStatus status, String body, @Nullable String retryAfter) {
			this.status = status;
			this.body = body.getBytes(StandardCharsets.UTF_8);
			this.headers.setContentType(MediaType.APPLICATION_JSON);
			if (retryAfter != null) {
				this.headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
			}
		}

		@Override
		public HttpStatusCode getStatusCode() {
			return this.status;
		}

		@Override
		public String getStatusText() {
			return this.status.getReasonPhrase();
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public void close() {
		}

	}

}
