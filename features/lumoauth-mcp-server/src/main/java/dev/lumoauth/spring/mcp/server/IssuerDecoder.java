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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.key.IssuerMetadata;
import dev.lumoauth.spring.token.key.RemoteKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Verifies a token by the issuer's keys. The issuer and the keys come from LumoAuth's
 * metadata (RFC 8414), which is read when the first token arrives: the server starts
 * without LumoAuth, and a failure is not remembered.
 */
final class IssuerDecoder implements JwtDecoder {

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

	private JwtDecoder decoder(IssuerMetadata metadata) {
		if (this.issuer == null && !isOwn(metadata.issuer())) {
			throw new JwtException("The metadata of " + this.addresses
					+ " names an issuer of another origin. If it is LumoAuth's, set lumoauth.mcp.server.issuer");
		}
		NimbusJwtDecoder decoder = new RemoteKeys(metadata.keys(), "lumoauth.mcp.server.issuer", this.requests)
			.decoder();
		decoder.setJwtValidator(this.rules.of((this.issuer != null) ? this.issuer : metadata.issuer()));
		return decoder;
	}

	private boolean isOwn(String issuer) {
		try {
			return this.addresses.isOwn(URI.create(issuer));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private IssuerMetadata metadata() {
		try {
			return IssuerMetadata.read(this.addresses, this.addresses.metadata(), this.requests);
		}
		catch (LumoAuthUnavailableException ex) {
			throw new JwtException(String.valueOf(ex.getMessage()), ex);
		}
	}

}
