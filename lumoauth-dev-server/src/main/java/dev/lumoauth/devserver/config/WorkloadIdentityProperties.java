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

import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * A platform token that identifies an agent.
 *
 * @param provider Platform that issues the token.
 * @param issuer Issuer of the token, compared exactly.
 * @param jwks Public keys of the issuer, as the JSON of a JWK set.
 * @param jwksUri URI of the issuer's public keys, on the loopback interface.
 * @param subject Subject of the token, exact or with a "*" at its end.
 * @param audience Audience that the token must have, by default the tenant's issuer URL.
 * @since 0.1.0
 */
public record WorkloadIdentityProperties(Platform provider, String issuer, @Nullable String jwks, @Nullable URI jwksUri,
		String subject, @Nullable String audience) {

	public WorkloadIdentityProperties {
		if (provider == null) {
			throw new IllegalArgumentException("a workload identity has no 'provider'");
		}
		if (!StringUtils.hasText(issuer)) {
			throw new IllegalArgumentException("a workload identity has no 'issuer'");
		}
		if (!StringUtils.hasText(subject)) {
			throw new IllegalArgumentException(
					"the workload identity of issuer '%s' has no 'subject'".formatted(issuer));
		}
		if (audience != null && !StringUtils.hasText(audience)) {
			throw new IllegalArgumentException(
					"'audience' of the workload identity of issuer '%s' is empty".formatted(issuer));
		}
		if (TrustedKeys.of("the workload identity of issuer '%s'".formatted(issuer), jwks, jwksUri) == null) {
			throw new IllegalArgumentException(
					"the workload identity of issuer '%s' has neither 'jwks' nor 'jwks-uri'".formatted(issuer));
		}
	}

	/**
	 * Returns whether a subject matches the setting.
	 * @param other the subject of a token
	 * @return whether it is equal, or starts with the prefix of the setting
	 */
	public boolean isSubject(@Nullable String other) {
		if (other == null) {
			return false;
		}
		return this.subject.endsWith("*") ? other.startsWith(this.subject.substring(0, this.subject.length() - 1))
				: other.equals(this.subject);
	}

	/**
	 * A platform.
	 */
	public enum Platform {

		/** A projected service account token. */
		KUBERNETES,

		/** Entra Workload ID, or a managed identity. */
		AZURE,

		/** IAM roles for service accounts, or Pod Identity. */
		AWS,

		/** The metadata server's identity token. */
		GCP,

		/** GitHub Actions. */
		GITHUB,

		/** A JWT-SVID. */
		SPIFFE,

		/** Any other OpenID provider. */
		OIDC;

		/**
		 * Returns the platform's name in requests and in JSON.
		 * @return the name, in lower case
		 */
		public String id() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
