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
import java.net.URI;
import java.util.function.Supplier;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates its client with the first request: the JDK's client loads TLS, which would be
 * most of the time that the starter adds to the start of an application.
 */
final class LateRequestFactory implements ClientHttpRequestFactory {

	private final SingletonSupplier<ClientHttpRequestFactory> factory;

	/**
	 * Create the factory.
	 * @param factory creates the real factory; called once, and needs no bean
	 */
	LateRequestFactory(Supplier<ClientHttpRequestFactory> factory) {
		this.factory = SingletonSupplier.of(factory);
	}

	ClientHttpRequestFactory factory() {
		return this.factory.obtain();
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		return factory().createRequest(uri, httpMethod);
	}

}
