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

package dev.lumoauth.demo.page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalPages}.
 */
class LocalPagesTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/chat");

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@ValueSource(strings = { "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST" })
	void permitsNamesOfThisMachine(String host) throws Exception {
		this.request.addHeader("Host", host);
		assertThat(status()).isEqualTo(200);
		assertThat(this.response.getHeader("Content-Security-Policy")).contains("default-src 'none'")
			.doesNotContain("unsafe");
		assertThat(this.response.getHeader("Cache-Control")).isEqualTo("no-store");
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com", "localhost.example.com", "127.0.0.1.example.com", "192.168.0.1" })
	void refusesAnyOtherName(String host) throws Exception {
		this.request.addHeader("Host", host);
		assertThat(status()).isEqualTo(403);
		assertThat(this.response.getContentAsString()).contains("localhost only");
	}

	@Test
	void refusesARequestWithoutAName() throws Exception {
		assertThat(status()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com", "http://localhost:9000", "null", "" })
	void refusesAnotherOrigin(String origin) throws Exception {
		this.request.addHeader("Host", "localhost:8080");
		this.request.addHeader("Origin", origin);
		assertThat(status()).isEqualTo(403);
	}

	@Test
	void permitsItsOwnOrigin() throws Exception {
		this.request.addHeader("Host", "localhost:8080");
		this.request.addHeader("Origin", "http://localhost:8080");
		this.request.addHeader("Sec-Fetch-Site", "same-origin");
		assertThat(status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "POST,navigate,document,403", "GET,navigate,document,200", "GET,navigate,iframe,403",
			"GET,no-cors,script,403" })
	void permitsALinkAndNothingElseOfAnotherSite(String method, String mode, String destination, int status)
			throws Exception {
		this.request.setMethod(method);
		this.request.addHeader("Host", "localhost:8080");
		this.request.addHeader("Sec-Fetch-Site", "cross-site");
		this.request.addHeader("Sec-Fetch-Mode", mode);
		this.request.addHeader("Sec-Fetch-Dest", destination);
		assertThat(status()).isEqualTo(status);
	}

	private int status() throws Exception {
		MockFilterChain chain = new MockFilterChain();
		new LocalPages().doFilter(this.request, this.response, chain);
		assertThat(chain.getRequest() != null).isEqualTo(this.response.getStatus() == 200);
		return this.response.getStatus();
	}

}
