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

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.ResolvableType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates request factories for LumoAuth and for metadata servers. Some settings hold
 * whatever {@code spring.http.clients} says: there are always timeouts and never
 * redirects, which would carry a secret to another host. The JDK's client is always used:
 * Apache's client, which an application may use for its own requests, writes whole
 * requests with secrets and tokens to its wire log at DEBUG.
 */
public final class LumoAuthRequestFactories {

	private static final Log logger = LogFactory.getLog(LumoAuthRequestFactories.class);

	private final BeanFactory beanFactory;

	private final Duration connectTimeout;

	private final Duration readTimeout;

	/**
	 * Create the factories' maker.
	 * @param beanFactory finds the SSL bundles, and what the application has put in place
	 * @param connectTimeout the maximum time to connect
	 * @param readTimeout the maximum time to wait for an answer
	 */
	public LumoAuthRequestFactories(BeanFactory beanFactory, Duration connectTimeout, Duration readTimeout) {
		this.beanFactory = beanFactory;
		this.connectTimeout = connectTimeout;
		this.readTimeout = readTimeout;
	}

	/**
	 * Create a factory for LumoAuth: the application's own if there is one.
	 * @param bundle the name of the SSL bundle; {@code null} = the JVM's trust store
	 * @return the factory
	 */
	public ClientHttpRequestFactory create(@Nullable String bundle) {
		LumoAuthRequestFactory other = this.beanFactory.getBeanProvider(LumoAuthRequestFactory.class).getIfAvailable();
		if (other != null) {
			return other;
		}
		if (!StringUtils.hasText(bundle)) {
			return createForOthers();
		}
		// At once, so that errors in the bundle show at start.
		SslBundles bundles = this.beanFactory.getBean(SslBundles.class);
		AtomicReference<ClientHttpRequestFactory> current = new AtomicReference<>(make(bundles.getBundle(bundle)));
		bundles.addBundleUpdateHandler(bundle, (changed) -> {
			try {
				current.set(make(changed));
			}
			catch (RuntimeException ex) {
				logger.error("The changed SSL bundle for LumoAuth can't be used: the old one stays in use. "
						+ ex.getMessage());
			}
		});
		// Requests in progress end with the factory that started them.
		return (uri, method) -> Objects.requireNonNull(current.get()).createRequest(uri, method);
	}

	/**
	 * Create a factory for servers other than LumoAuth, to which LumoAuth's SSL bundle
	 * does not apply.
	 * @return the factory
	 */
	public ClientHttpRequestFactory createForOthers() {
		// With the first request: the JDK's client loads TLS, which would be most of the
		// time that the starter adds to the start of an application.
		JdkClientHttpRequestFactoryBuilder jdk = jdk();
		SingletonSupplier<ClientHttpRequestFactory> late = SingletonSupplier.of(() -> make(jdk, null));
		return (uri, method) -> late.obtain().createRequest(uri, method);
	}

	private ClientHttpRequestFactory make(SslBundle bundle) {
		return make(jdk(), bundle);
	}

	private ClientHttpRequestFactory make(JdkClientHttpRequestFactoryBuilder jdk, @Nullable SslBundle bundle) {
		return LumoAuthHttp.requestFactory(client(jdk, HttpClientSettings.defaults().withSslBundle(bundle)),
				this.readTimeout);
	}

	/**
	 * Spring's factory does not reveal the client that it creates. But all of its
	 * settings are made on this builder, and our settings are made last.
	 */
	private HttpClient client(JdkClientHttpRequestFactoryBuilder jdk, HttpClientSettings settings) {
		AtomicReference<HttpClient.@Nullable Builder> client = new AtomicReference<>();
		jdk.withHttpClientCustomizer(client::set).build(settings);
		HttpClient.Builder builder = client.get();
		Assert.state(builder != null, "Spring Boot's builder has made no client");
		return builder.followRedirects(HttpClient.Redirect.NEVER).connectTimeout(this.connectTimeout).build();
	}

	/**
	 * The application's builder brings its customizers, such as a proxy. There is none in
	 * a reactive web application.
	 */
	private JdkClientHttpRequestFactoryBuilder jdk() {
		Object builder = this.beanFactory
			.getBeanProvider(ResolvableType.forClass(ClientHttpRequestFactoryBuilder.class))
			.getIfAvailable();
		return (builder instanceof JdkClientHttpRequestFactoryBuilder jdk) ? jdk
				: ClientHttpRequestFactoryBuilder.jdk();
	}

}
