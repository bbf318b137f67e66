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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/**
 * A response whose body was read and can be read again each time. Headers that describe
 * the transferred body are omitted: they no longer apply, and an unreadable content type
 * is no reason to fail.
 */
final class BodyResponse implements ClientHttpResponse {

	private final ClientHttpResponse response;

	private final HttpHeaders headers = new HttpHeaders();

	private final byte[] body;

	BodyResponse(ClientHttpResponse response, byte[] body) {
		this.response = response;
		this.headers.putAll(response.getHeaders());
		this.headers.remove(HttpHeaders.CONTENT_TYPE);
		this.headers.remove(HttpHeaders.CONTENT_LENGTH);
		this.body = body;
	}

	@Override
	public HttpStatusCode getStatusCode() throws IOException {
		return this.response.getStatusCode();
	}

	@Override
	public String getStatusText() throws IOException {
		return this.response.getStatusText();
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
		this.response.close();
	}

}
