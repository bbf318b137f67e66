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

import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

import javax.security.auth.x500.X500Principal;

/**
 * Reads how the configuration file names agents' certificates.
 */
final class CertificateNames {

	private static final Pattern BASE64URL = Pattern.compile("[A-Za-z0-9_-]{43}");

	private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]{64}");

	private CertificateNames() {
	}

	static void check(String agent, String subject) {
		try {
			new X500Principal(subject);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'tls-client-auth-subject-dn' of agent '%s' is not a distinguished name (RFC 2253)"
						.formatted(agent));
		}
	}

	/**
	 * Converts the form that openssl prints into the form that tokens have.
	 */
	static String thumbprint(String agent, String text) {
		String digits = text.replace(":", "");
		if (HEXADECIMAL.matcher(digits).matches()) {
			return Base64.getUrlEncoder().withoutPadding().encodeToString(HexFormat.of().parseHex(digits));
		}
		if (!BASE64URL.matcher(text).matches()) {
			throw new IllegalArgumentException(
					"'tls-client-certificate-thumbprint' of agent '%s' is not a SHA-256".formatted(agent)
							+ " in base64url or in hexadecimal digits");
		}
		return text;
	}

}
