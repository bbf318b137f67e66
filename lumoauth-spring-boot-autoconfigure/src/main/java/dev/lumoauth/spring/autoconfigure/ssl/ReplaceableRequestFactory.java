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

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Uses another factory once the SSL bundle has changed. Requests in progress end with the
 * factory that started them.
 */
final class ReplaceableRequestFactory implements ClientHttpRequestFactory {

	private static final Log logger = LogFactory.getLog(ReplaceableRequestFactory.class);

	private volatile ClientHttpRequestFactory factory;

	private final CertificateEnd certificate;

	ReplaceableRequestFactory(ClientHttpRequestFactory factory, CertificateEnd certificate) {
		this.factory = factory;
		this.certificate = certificate;
	}

	/**
	 * Replace the factory. With an unusable bundle the old factory stays in use.
	 */
	void replace(Supplier<ClientHttpRequestFactory> factory) {
		try {
			this.factory = factory.get();
		}
		catch (RuntimeException ex) {
			logger.error(
					"The changed SSL bundle for LumoAuth can't be used: the old one stays in use. " + ex.getMessage());
		}
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		this.certificate.check();
		return this.factory.createRequest(uri, httpMethod);
	}

}
