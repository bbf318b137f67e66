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

package dev.lumoauth.spring.token;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * A request with a copy of the headers: another interceptor may send the original again,
 * and what was added must not then count as the caller's own.
 */
final class RequestCopy extends HttpRequestWrapper {

	private final HttpHeaders headers;

	RequestCopy(HttpRequest request) {
		super(request);
		this.headers = HttpHeaders.copyOf(request.getHeaders());
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

}
