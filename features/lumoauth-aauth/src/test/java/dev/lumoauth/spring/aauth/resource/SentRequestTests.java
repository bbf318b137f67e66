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

package dev.lumoauth.spring.aauth.resource;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.ForwardedHeaderFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The request that was sent, and what filters in front make of it.
 */
class SentRequestTests {

	@Test
	void thePathIsTheOneThatWasSentWhateverPrefixAProxyNames() throws Exception {
		MockHttpServletRequest request = request();
		request.setContextPath("/shop");
		request.setRequestURI("/shop/orders/1");
		request.addHeader("X-Forwarded-Prefix", "/public");
		MockFilterChain chain = new MockFilterChain();
		new ForwardedHeaderFilter().doFilter(request, new MockHttpServletResponse(), chain);
		HttpServletRequest handled = (HttpServletRequest) chain.getRequest();
		assertThat(handled.getRequestURI()).isEqualTo("/public/orders/1");
		assertThat(SentRequest.of(handled).path()).isEqualTo("/shop/orders/1");
	}

	@Test
	void aRequestThatAFilterChangedIsRefused() {
		assertThat(SentRequest.of(new HttpServletRequestWrapper(request())).path()).isEqualTo("/orders/1");
		for (HttpServletRequest changed : List.of(new HttpServletRequestWrapper(request()) {

			@Override
			public String getMethod() {
				return "DELETE";
			}

		}, new HttpServletRequestWrapper(request()) {

			@Override
			public String getRequestURI() {
				return "/orders/2";
			}

		}, new HttpServletRequestWrapper(request()) {

			@Override
			public String getQueryString() {
				return "a=1";
			}

		}, new HttpServletRequestWrapper(request()) {

			@Override
			public Enumeration<String> getHeaders(String name) {
				return name.equals("Authorization") ? Collections.enumeration(List.of("Bearer other"))
						: super.getHeaders(name);
			}

		})) {
			assertThatExceptionOfType(RefusedRequestException.class)
				.isThrownBy(() -> SentRequest.of(new HttpServletRequestWrapper(changed)))
				.withMessageContaining("was changed in front of this filter");
		}
	}

	@Test
	void theHostIsNeverTheOneThatAProxyNames() {
		MockHttpServletRequest request = request();
		request.removeHeader("Host");
		request.setServerName("api.example");
		request.setServerPort(443);
		assertThat(SentRequest.of(request).host()).isNull();
		request.setProtocol("HTTP/2.0");
		assertThat(SentRequest.of(request).host()).isEqualTo("api.example:443");
		// The proxy has ended TLS: to Tomcat, no port is the one of http.
		request.setServerPort(80);
		assertThat(SentRequest.of(request).host()).isEqualTo("api.example");
		request.addHeader("X-Forwarded-Host", "api.example");
		assertThat(SentRequest.of(request).host()).isNull();
		assertThatExceptionOfType(RefusedRequestException.class)
			.isThrownBy(() -> SentRequest.of(request).received("https", new byte[0]))
			.withMessageContaining("names no host")
			.withMessageContaining("X-Forwarded-Host");
	}

	@Test
	void aServerThatIsNotKnownIsRefused() {
		assertThatIllegalStateException()
			.isThrownBy(() -> SentRequest.of(MockServerHttpRequest.get("/orders/1").build()));
	}

	private static MockHttpServletRequest request() {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/orders/1");
		request.addHeader("Host", "api.example");
		return request;
	}

}
