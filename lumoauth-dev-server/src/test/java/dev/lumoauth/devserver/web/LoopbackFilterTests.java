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

package dev.lumoauth.devserver.web;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoopbackFilter}.
 */
class LoopbackFilterTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/dev/state");

	private Set<String> networkNames = Set.of();

	@ParameterizedTest
	@CsvSource({ "lumoauth:9000, 200", "LumoAuth, 200", "localhost:9000, 200", "lumoauth.example.com, 403",
			"other:9000, 403", "lumoauth:9000:1, 403" })
	void permitsTheNamesByWhichOtherContainersKnowIt(String host, int expected) throws Exception {
		this.request.addHeader("Host", host);
		assertThat(status()).isEqualTo(host.startsWith("localhost") ? 200 : 403);
		this.networkNames = Set.of("lumoauth");
		assertThat(status()).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:9000", "LOCALHOST:9000", "lumoauth.localhost:9000",
			"127.0.0.1:9000", "127.1.2.3", "[::1]:9000", "[0:0:0:0:0:0:0:1]" })
	void permitsNamesOfTheLoopbackInterface(String host) throws Exception {
		this.request.addHeader("Host", host);
		assertThat(status()).isEqualTo(200);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "example.com", "localhost.example.com", "127.0.0.1.example.com:9000", "0.0.0.0",
			"192.168.0.1:9000", "localhost:9000@example.com", "[::2]" })
	void refusesAnyOtherName(String host) throws Exception {
		if (host != null) {
			this.request.addHeader("Host", host);
		}
		assertThat(status()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com", "null", "http://localhost:8080", "https://localhost:9000", "" })
	void refusesAnotherOrigin(String origin) throws Exception {
		this.request.addHeader("Host", "localhost:9000");
		this.request.addHeader("Origin", origin);
		assertThat(status()).isEqualTo(403);
	}

	@Test
	void permitsItsOwnOrigin() throws Exception {
		this.request.addHeader("Host", "localhost:9000");
		this.request.addHeader("Origin", "http://localhost:9000");
		this.request.addHeader("Sec-Fetch-Site", "same-origin");
		assertThat(status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site", "unheard-of" })
	void refusesWhatABrowserSaysComesFromElsewhere(String site) throws Exception {
		this.request.addHeader("Host", "localhost:9000");
		this.request.addHeader("Sec-Fetch-Site", site);
		assertThat(status()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/t/acme/api/v1/oauth/authorize", "/orgs/acme/api/v1/oauth/authorize" })
	void permitsAnApplicationToSendItsUsersToTheLogin(String path) throws Exception {
		navigate("GET", path, "document");
		assertThat(status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/console/inbox", "/console/agents/acme-corp/agt_a" })
	void permitsALinkToTheConsole(String path) throws Exception {
		navigate("GET", path, "document");
		assertThat(status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "POST,/,document", "GET,/,iframe", "GET,/assets/console.js,document",
			"GET,/dev/console/requests/1,document", "GET,/dev/console/events,document",
			"POST,/t/acme/api/v1/oauth/authorize,document", "GET,/t/acme/api/v1/oauth/authorize,iframe",
			"GET,/t/acme/api/v1/oauth/token,document", "GET,/dev/state,document",
			"GET,/dev/state/oauth/authorize,document", "GET,/t/acme/api/v1/x/oauth/authorize,document" })
	void refusesWhateverElseAnotherSiteNavigatesTo(String method, String path, String destination) throws Exception {
		navigate(method, path, destination);
		assertThat(status()).isEqualTo(403);
	}

	@Test
	void refusesALoginThatAScriptFetches() throws Exception {
		navigate("GET", "/t/acme/api/v1/oauth/authorize", "empty");
		this.request.removeHeader("Sec-Fetch-Mode");
		this.request.addHeader("Sec-Fetch-Mode", "no-cors");
		assertThat(status()).isEqualTo(403);
	}

	@Test
	void refusesALoginWithAnotherOrigin() throws Exception {
		navigate("GET", "/t/acme/api/v1/oauth/authorize", "document");
		this.request.addHeader("Origin", "http://localhost:8080");
		assertThat(status()).isEqualTo(403);
	}

	private void navigate(String method, String path, String destination) {
		this.request.setMethod(method);
		this.request.setRequestURI(path);
		this.request.addHeader("Host", "127.0.0.1:9000");
		this.request.addHeader("Sec-Fetch-Site", "cross-site");
		this.request.addHeader("Sec-Fetch-Mode", "navigate");
		this.request.addHeader("Sec-Fetch-Dest", destination);
	}

	private int status() throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		MockFilterChain chain = new MockFilterChain();
		new LoopbackFilter(this.networkNames).doFilter(this.request, response, chain);
		assertThat(chain.getRequest() != null).isEqualTo(response.getStatus() == 200);
		return response.getStatus();
	}

}
