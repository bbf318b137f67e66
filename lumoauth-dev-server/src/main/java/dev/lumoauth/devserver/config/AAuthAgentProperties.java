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
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

import dev.lumoauth.devserver.config.AAuthProperties.Consent;
import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * An agent's identity in AAuth.
 *
 * @param identifier Identifier of the agent, the issuer of its tokens.
 * @param jwks Public keys with which the agent signs, as the JSON of a JWK set.
 * @param jwksFile Location of a file with these keys.
 * @param jwksUri URI of these keys, on the loopback interface.
 * @param trustFirstKey Whether the first key that signs in the agent's name becomes its
 * key, if none is set. The first sender becomes the agent, so this is for development
 * only.
 * @param redirectUris Addresses to which users return after they have consented, by
 * default those of the agent's logins.
 * @param consent Whether a user has to consent, for every resource.
 * @since 0.1.0
 */
public record AAuthAgentProperties(String identifier, @Nullable String jwks, @Nullable String jwksFile,
		@Nullable URI jwksUri, @DefaultValue("false") boolean trustFirstKey, @DefaultValue Set<URI> redirectUris,
		@DefaultValue("none") Consent consent) {

	public AAuthAgentProperties {
		check("'aauth' of an agent", identifier);
		TrustedKeys keys = TrustedKeys.of("'aauth' of '%s'".formatted(identifier), jwks, jwksFile, jwksUri);
		if (keys != null && trustFirstKey) {
			throw new IllegalArgumentException(
					"'aauth' of '%s' has keys and 'trust-first-key', which is for an agent without"
						.formatted(identifier));
		}
		redirectUris = Set.copyOf(redirectUris);
		if (!redirectUris.stream().allMatch((uri) -> uri.isAbsolute() && uri.getFragment() == null)) {
			throw new IllegalArgumentException(
					"'aauth.redirect-uris' of '%s' has one that is not an absolute URI without a fragment"
						.formatted(identifier));
		}
	}

	static void check(String owner, @Nullable String identifier) {
		if (identifier == null || !identifier.matches("https?://[A-Za-z0-9.:\\[\\]-]+(?:/[A-Za-z0-9._~/-]*[^/])?")) {
			throw new IllegalArgumentException(
					"%s has no 'identifier' that is an https or http URL without a slash at its end".formatted(owner));
		}
	}

	/**
	 * Reads the keys.
	 * @return the keys, or {@code null} if none are set
	 */
	public @Nullable TrustedKeys keys() {
		return TrustedKeys.of("'aauth' of '%s'".formatted(this.identifier), this.jwks, this.jwksFile, this.jwksUri);
	}

}
