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

package dev.lumoauth.spring.autoconfigure.ssl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.autoconfigure.config.TestSettings;
import dev.lumoauth.spring.http.LumoAuthHttp;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthRequestFactories}.
 */
class LumoAuthRequestFactoriesTests {

	private static final ClientHttpRequestFactory SHORT = LumoAuthHttp.requestFactory(HttpClient.newHttpClient(),
			Duration.ofSeconds(1));

	@Test
	void usesTheJdksClientWhateverTheApplicationUses() {
		assertThat(request(create(ClientHttpRequestFactoryBuilder.httpComponents()))).hasSameClassAs(request(SHORT));
		assertThat(request(create(null))).hasSameClassAs(request(SHORT));
	}

	@Test
	void keepsWhatTheApplicationSetOnTheJdksClient() {
		ProxySelector proxy = ProxySelector.of(null);
		ClientHttpRequestFactory factory = create(
				ClientHttpRequestFactoryBuilder.jdk().withHttpClientCustomizer((client) -> client.proxy(proxy)));
		assertThat(client(factory).proxy()).containsSame(proxy);
	}

	@Test
	void followsNoRedirectAndHasTimeouts() {
		ClientHttpRequestFactory factory = create(null);
		assertThat(client(factory).followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
		assertThat(client(factory).connectTimeout()).hasValue(TestSettings.properties(Map.of()).connectTimeout());
		assertThat(request(factory)).extracting("timeout").isEqualTo(TestSettings.properties(Map.of()).readTimeout());
	}

	@Test
	void followsNoRedirectAndHasTimeoutsEvenIfTheApplicationSetsOthers() {
		ClientHttpRequestFactory factory = create(ClientHttpRequestFactoryBuilder.jdk()
			.withHttpClientCustomizer(
					(client) -> client.followRedirects(HttpClient.Redirect.ALWAYS).connectTimeout(Duration.ofDays(1)))
			.withCustomizer((jdk) -> jdk.setReadTimeout(Duration.ofDays(1))));
		assertThat(client(factory).followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
		assertThat(client(factory).connectTimeout()).hasValue(TestSettings.properties(Map.of()).connectTimeout());
		assertThat(request(factory)).extracting("timeout").isEqualTo(TestSettings.properties(Map.of()).readTimeout());
	}

	@Test
	void makesTheClientOnceAndWithTheFirstRequest() {
		AtomicInteger clients = new AtomicInteger();
		ClientHttpRequestFactory factory = create(
				ClientHttpRequestFactoryBuilder.jdk().withHttpClientCustomizer((client) -> clients.incrementAndGet()));
		assertThat(clients).hasValue(0);
		assertThat(client(factory)).isSameAs(client(factory));
		assertThat(clients).hasValue(1);
	}

	private static HttpClient client(ClientHttpRequestFactory factory) {
		HttpClient client = (HttpClient) ReflectionTestUtils.getField(request(factory), "httpClient");
		assertThat(client).isNotNull();
		return client;
	}

	private static ClientHttpRequest request(ClientHttpRequestFactory factory) {
		try {
			return factory.createRequest(URI.create("http://127.0.0.1:9"), HttpMethod.GET);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ClientHttpRequestFactory create(ClientHttpRequestFactoryBuilder<?> builder) {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		if (builder != null) {
			beans.addBean("builder", builder);
		}
		return factories(beans).create(null);
	}

	private static LumoAuthRequestFactories factories(BeanFactory beans) {
		return new LumoAuthRequestFactories(beans, Duration.ofSeconds(2), Duration.ofSeconds(5));
	}

}
