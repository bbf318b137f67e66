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

package dev.lumoauth.mcpserver.security;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/**
 * Verifies a token by the issuer's keys. Issuer and keys are those that LumoAuth's
 * metadata (RFC 8414) names, read when the first token comes: the server starts without
 * LumoAuth, and a failure is not remembered.
 */
class LumoAuthJwtDecoder implements JwtDecoder {

	private static final String METADATA = "/.well-known/oauth-authorization-server";

	private static final ParameterizedTypeReference<Map<String, Object>> CLAIMS = new ParameterizedTypeReference<>() {
	};

	private final ServerProperties properties;

	private final TokenRules rules;

	private final RestTemplate http;

	private volatile @Nullable JwtDecoder delegate;

	LumoAuthJwtDecoder(ServerProperties properties, TokenRules rules, RestTemplate http) {
		this.properties = properties;
		this.rules = rules;
		this.http = http;
	}

	/**
	 * Verifies a token.
	 * @param token the token
	 * @return what it says
	 * @throws org.springframework.security.oauth2.jwt.BadJwtException if it is not valid
	 * @throws JwtException if that cannot be found out now
	 */
	@Override
	public Jwt decode(String token) {
		JwtDecoder decoder = this.delegate;
		return ((decoder != null) ? decoder : discover()).decode(token);
	}

	private synchronized JwtDecoder discover() {
		JwtDecoder decoder = this.delegate;
		if (decoder == null) {
			String issuer = this.properties.issuer();
			URI keys = this.properties.jwkSetUri();
			decoder = (issuer != null && keys != null) ? decoder(issuer, keys) : decoder(metadata());
			this.delegate = decoder;
		}
		return decoder;
	}

	private JwtDecoder decoder(Map<String, Object> metadata) {
		String issuer = String.valueOf(metadata.get("issuer"));
		URI keys = url(String.valueOf(metadata.get("jwks_uri")));
		URI asked = URI.create(this.properties.authorizationServer());
		if (!Urls.haveSameOrigin(url(issuer), asked) || !Urls.isSecure(keys)) {
			throw new JwtException(
					"The metadata of %s names an issuer of another origin, or keys that are not read over https"
						.formatted(asked));
		}
		return decoder(issuer, keys);
	}

	private JwtDecoder decoder(String issuer, URI keys) {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(keys.toString())
			.jwsAlgorithms((algorithms) -> algorithms.addAll(this.properties.signatureAlgorithms()))
			// The header typ is among the rules.
			.validateType(false)
			.restOperations(this.http)
			.build();
		OAuth2TokenValidator<Jwt> validator = this.rules.of(issuer);
		decoder.setJwtValidator(validator);
		return decoder;
	}

	private Map<String, Object> metadata() {
		String url = this.properties.authorizationServer() + METADATA;
		try {
			Map<String, Object> metadata = RestClient.create(this.http).get().uri(url).retrieve().body(CLAIMS);
			if (metadata == null) {
				throw new JwtException("There is no metadata at " + url);
			}
			return metadata;
		}
		catch (RestClientException ex) {
			throw new JwtException("The metadata at %s cannot be read".formatted(url), ex);
		}
	}

	private static URI url(String text) {
		try {
			return URI.create(text);
		}
		catch (IllegalArgumentException ex) {
			throw new JwtException("The metadata names what is no URL", ex);
		}
	}

}
