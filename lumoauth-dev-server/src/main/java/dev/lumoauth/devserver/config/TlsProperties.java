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

package dev.lumoauth.devserver.config;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An additional port on which the server asks its clients for a certificate (RFC 8705).
 *
 * @param port Port; 0 means any free port.
 * @param certificate Location of the server's certificate (PEM), by default one that is
 * generated at start.
 * @param privateKey Location of the certificate's private key (PEM).
 * @param trustedCertificates Location of the certificates of the issuers of clients'
 * certificates (PEM).
 * @since 0.1.0
 */
public record TlsProperties(@DefaultValue("9443") int port, @Nullable String certificate, @Nullable String privateKey,
		@Nullable String trustedCertificates) {

	private static final int MAX_PORT = 65_535;

	public TlsProperties {
		if (port < 0 || port > MAX_PORT) {
			throw new IllegalArgumentException("'dev.tls.port' is not a number from 0 to %d".formatted(MAX_PORT));
		}
		if ((certificate == null) != (privateKey == null)) {
			throw new IllegalArgumentException(
					"only one of 'dev.tls.certificate' and 'dev.tls.private-key' is set: set both, or neither");
		}
	}

}
