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
import org.springframework.util.StringUtils;

import dev.lumoauth.devserver.config.AAuthProperties.Consent;
import dev.lumoauth.devserver.jose.TrustedKeys;

/**
 * A resource of AAuth: a service that agents call with signed requests.
 *
 * @param id Id of the resource in paths, by default "res_" and the identifier's host.
 * @param identifier Identifier of the resource, the audience of its tokens.
 * @param jwks Public keys with which the resource signs, as the JSON of a JWK set.
 * @param jwksFile Location of a file with these keys.
 * @param jwksUri URI of these keys, on the loopback interface.
 * @param scopes Scopes that a token for the resource can have, empty for all.
 * @param consent Whether a user has to consent.
 * @since 0.1.0
 */
public record AAuthResourceProperties(@Nullable String id, String identifier, @Nullable String jwks,
		@Nullable String jwksFile, @Nullable URI jwksUri, @DefaultValue Set<String> scopes,
		@DefaultValue("none") Consent consent) {

	public AAuthResourceProperties {
		AAuthAgentProperties.check("a resource of AAuth", identifier);
		id = StringUtils.hasText(id) ? id
				: "res_" + identifier.replaceFirst("^https?://", "").replaceAll("[^A-Za-z0-9.]", "-");
		if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
			throw new IllegalArgumentException(
					"'id' of the resource '%s' is not letters, digits, '.', '_' or '-'".formatted(identifier));
		}
		scopes = Set.copyOf(scopes);
		TrustedKeys.of("the resource '%s'".formatted(identifier), jwks, jwksFile, jwksUri);
	}

	@Override
	public String id() {
		return String.valueOf(this.id);
	}

	/**
	 * Reads the keys.
	 * @return the keys, or {@code null} if none are set
	 */
	public @Nullable TrustedKeys keys() {
		return TrustedKeys.of("the resource '%s'".formatted(this.identifier), this.jwks, this.jwksFile, this.jwksUri);
	}

}
