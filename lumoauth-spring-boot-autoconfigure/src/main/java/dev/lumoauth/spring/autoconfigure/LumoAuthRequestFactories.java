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

package dev.lumoauth.spring.autoconfigure;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Creates request factories for LumoAuth and for metadata servers. Some settings hold
 * whatever {@code spring.http.clients} says: there are always timeouts and never
 * redirects, which would carry a secret to another host. The JDK's client is always used:
 * Apache's client, which an application may use for its own requests, writes whole
 * requests with secrets and tokens to its wire log at DEBUG.
 */
public final class LumoAuthRequestFactories {

	private LumoAuthRequestFactories() {
	}

	public static ClientHttpRequestFactory create(LumoAuthProperties properties, @Nullable String bundle,
			ObjectProvider<LumoAuthRequestFactory> replacement,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder, ObjectProvider<SslBundles> sslBundles) {
		LumoAuthRequestFactory other = replacement.getIfAvailable();
		if (other != null) {
			return other;
		}
		if (!StringUtils.hasText(bundle)) {
			return create(properties, builder, (SslBundle) null);
		}
		// At once, so that errors in the bundle show at start.
		SslBundles bundles = sslBundles.getObject();
		SslBundle first = bundles.getBundle(bundle);
		CertificateEnd certificate = new CertificateEnd(bundle, Clock.systemUTC());
		certificate.read(first);
		ReplaceableRequestFactory factory = new ReplaceableRequestFactory(create(properties, builder, first),
				certificate);
		bundles.addBundleUpdateHandler(bundle, (changed) -> {
			factory.replace(() -> create(properties, builder, changed));
			certificate.read(changed);
		});
		return factory;
	}

	/**
	 * For servers other than LumoAuth, to which LumoAuth's SSL bundle does not apply.
	 */
	public static ClientHttpRequestFactory createForOthers(LumoAuthProperties properties,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder) {
		return create(properties, builder, (SslBundle) null);
	}

	private static ClientHttpRequestFactory create(LumoAuthProperties properties,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder, @Nullable SslBundle bundle) {
		HttpClientSettings settings = HttpClientSettings.defaults().withSslBundle(bundle);
		JdkClientHttpRequestFactoryBuilder jdk = jdk(builder);
		Supplier<ClientHttpRequestFactory> factory = () -> LumoAuthHttp
			.requestFactory(client(jdk, settings, properties.getConnectTimeout()), properties.getReadTimeout());
		return (bundle != null) ? factory.get() : new LateRequestFactory(factory);
	}

	/**
	 * Spring's factory does not reveal the client that it creates. But all of its
	 * settings are made on this builder, and our settings are made last.
	 */
	private static HttpClient client(JdkClientHttpRequestFactoryBuilder jdk, HttpClientSettings settings,
			Duration connectTimeout) {
		AtomicReference<HttpClient.@Nullable Builder> client = new AtomicReference<>();
		jdk.withHttpClientCustomizer(client::set).build(settings);
		HttpClient.Builder builder = client.get();
		Assert.state(builder != null, "Spring Boot's builder has made no client");
		return builder.followRedirects(HttpClient.Redirect.NEVER).connectTimeout(connectTimeout).build();
	}

	/**
	 * The application's builder brings its customizers, such as a proxy. There is none in
	 * a reactive web application.
	 */
	private static JdkClientHttpRequestFactoryBuilder jdk(ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder) {
		return (builder.getIfAvailable() instanceof JdkClientHttpRequestFactoryBuilder jdk) ? jdk
				: ClientHttpRequestFactoryBuilder.jdk();
	}

}
