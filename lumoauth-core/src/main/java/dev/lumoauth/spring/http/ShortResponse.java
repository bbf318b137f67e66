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
import java.io.InputStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An answer whose body is in memory.
 */
final class ShortResponse implements ClientHttpResponse {

	private final HttpStatusCode status;

	private final HttpHeaders headers = new HttpHeaders();

	private final ReceivedBody body;

	ShortResponse(int status, java.net.http.HttpHeaders headers, ReceivedBody body) {
		this.status = HttpStatusCode.valueOf(status);
		headers.map().forEach(this.headers::put);
		this.body = body;
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return this.status;
	}

	/**
	 * Return the standard reason phrase: the JDK's client doesn't show the server's
	 * phrase.
	 */
	@Override
	public String getStatusText() {
		return (this.status instanceof HttpStatus status) ? status.getReasonPhrase() : "";
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public InputStream getBody() throws IOException {
		return this.body.open(this.headers.getFirst(HttpHeaders.CONTENT_ENCODING));
	}

	@Override
	public void close() {
		// There is nothing open.
	}

}
