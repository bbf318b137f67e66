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

package dev.lumoauth.spring.mcp.server;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.key.RemoteKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Verifies a token by the issuer's keys. The issuer and the keys come from LumoAuth's
 * metadata (RFC 8414), which is read when the first token arrives: the server starts
 * without LumoAuth, and a failure is not remembered.
 */
final class IssuerDecoder implements JwtDecoder {

	private static final int MAX_BYTES = 256 * 1024;

	private final LumoAuthAddresses addresses;

	private final @Nullable String issuer;

	private final TokenRules rules;

	private final ClientHttpRequestFactory requests;

	private final SingleFlight<String, JwtDecoder> discoveries;

	private volatile @Nullable JwtDecoder known;

	IssuerDecoder(LumoAuthAddresses addresses, @Nullable String issuer, TokenRules rules,
			ClientHttpRequestFactory requests, Duration maxWait) {
		this.discoveries = new SingleFlight<>(maxWait);
		this.addresses = addresses;
		this.issuer = issuer;
		this.rules = rules;
		this.requests = requests;
	}

	/**
	 * Return the issuer of the tokens, without a request.
	 * @return the issuer
	 */
	String issuer() {
		return (this.issuer != null) ? this.issuer : this.addresses.issuer();
	}

	/**
	 * {@inheritDoc}
	 * @throws org.springframework.security.oauth2.jwt.BadJwtException if the token is not
	 * valid
	 * @throws JwtException if the token can't be verified now
	 */
	@Override
	public Jwt decode(String token) {
		JwtDecoder decoder = this.known;
		return ((decoder != null) ? decoder : discovered()).decode(token);
	}

	private JwtDecoder discovered() {
		try {
			return this.discoveries.run(issuer(), this::discover);
		}
		catch (CancellationException | CompletionException ex) {
			throw new JwtException("The metadata of " + this.addresses + " is being read, and there is no answer yet",
					ex);
		}
	}

	private JwtDecoder discover() {
		JwtDecoder decoder = this.known;
		if (decoder == null) {
			decoder = decoder(metadata());
			this.known = decoder;
		}
		return decoder;
	}

	private JwtDecoder decoder(Map<String, Object> metadata) {
		String named = String.valueOf(metadata.get("issuer"));
		String keys = String.valueOf(metadata.get("jwks_uri"));
		URI address;
		try {
			address = URI.create(keys);
			this.addresses.check(address);
			if (this.issuer == null && !this.addresses.isOwn(URI.create(named))) {
				throw new JwtException("The metadata of " + this.addresses
						+ " names an issuer of another origin. If it is LumoAuth's, set lumoauth.mcp.server.issuer");
			}
		}
		catch (IllegalArgumentException ex) {
			throw new JwtException("The metadata of " + this.addresses + " names an issuer or keys that can't be used",
					ex);
		}
		NimbusJwtDecoder decoder = NimbusJwtDecoder
			.withJwkSource(new RemoteKeys(address, "lumoauth.mcp.server.issuer", this.requests).source())
			.jwsAlgorithms((algorithms) -> algorithms.addAll(List.of(SignatureAlgorithm.values())))
			// The header typ is among the rules.
			.jwtProcessorCustomizer((processor) -> processor.setJWSTypeVerifier((type, context) -> {
			}))
			.build();
		decoder.setJwtValidator(this.rules.of((this.issuer != null) ? this.issuer : named));
		return decoder;
	}

	private Map<String, Object> metadata() {
		RuntimeException first = null;
		for (URI address : this.addresses.metadata()) {
			try {
				return LumoAuthJson.read(read(address));
			}
			catch (ResourceAccessException ex) {
				first = (first != null) ? first : ex;
				break; // the other address is of the same server, and would cost another
						// wait
			}
			catch (RuntimeException ex) {
				first = (first != null) ? first : ex;
			}
		}
		String problem = "The metadata of " + this.addresses + " cannot be read: check lumoauth.url and "
				+ this.addresses.layoutProperty();
		throw (first != null) ? new JwtException(problem, first) : new JwtException(problem);
	}

	private byte[] read(URI address) {
		byte[] body = RestClient.builder()
			.requestFactory(this.requests)
			.build()
			.get()
			.uri(address)
			.exchange((request, response) -> {
				if (response.getStatusCode().value() != HttpStatus.OK.value()) {
					// No IOException: the server is there, and may know the other
					// address.
					throw new JwtException("The answer has the status " + response.getStatusCode().value());
				}
				return response.getBody().readNBytes(MAX_BYTES);
			});
		return (body != null) ? body : new byte[0];
	}

}
