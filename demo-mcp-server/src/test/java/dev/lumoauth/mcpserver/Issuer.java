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

package dev.lumoauth.mcpserver;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;

/**
 * A LumoAuth that has metadata and keys, and signs what it is told to.
 */
public final class Issuer {

	public static final String AUDIENCE = "urn:mcp:financial-data";

	public static final String AGENT = "agt_research-analyst";

	public static final String PATH = "/t/acme-corp/api/v1";

	private static final RSAKey KEY = key();

	private static final RSAKey OTHER_KEY = key();

	private final WireMockExtension server;

	public Issuer(WireMockExtension server) {
		this.server = server;
	}

	public String url() {
		return this.server.baseUrl() + PATH;
	}

	/** Serve metadata and keys; until then there is nothing there. */
	public void open() {
		this.server.stubFor(get(PATH + "/.well-known/oauth-authorization-server")
			.willReturn(okJson("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/oauth/jwks\"}".formatted(url(), url()))));
		this.server.stubFor(get(PATH + "/oauth/jwks").willReturn(okJson(new JWKSet(KEY.toPublicJWK()).toString())));
	}

	public int requests() {
		return this.server.findAll(WireMock.anyRequestedFor(WireMock.anyUrl())).size();
	}

	/** A token as the agent gets it for this server. */
	public String token() {
		return token((claims) -> {
		});
	}

	public String token(Consumer<JWTClaimsSet.Builder> changes) {
		return sign(claims(changes), KEY);
	}

	public String tokenOf(String user, String actor) {
		return token((claims) -> claims.subject(user).claim("act", Map.of("sub", actor)));
	}

	public String tokenByAnotherKey() {
		return sign(claims((claims) -> {
		}), OTHER_KEY);
	}

	public String unsignedToken() {
		return new PlainJWT(claims((claims) -> {
		})).serialize();
	}

	/** Signed with the public key as if it were a secret. */
	public String tokenByThePublicKey() {
		try {
			return sign(claims((claims) -> {
			}), JWSAlgorithm.HS256, new MACSigner(KEY.toPublicJWK().toRSAPublicKey().getEncoded()));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Signed with the right key, by an algorithm that is not expected. */
	public String tokenByAnotherAlgorithm() {
		try {
			return sign(claims((claims) -> {
			}), JWSAlgorithm.PS384, new RSASSASigner(KEY));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> changes) {
		Instant now = Instant.now();
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(url())
			.subject(AGENT)
			.audience(List.of(AUDIENCE))
			.claim("client_id", AGENT)
			.claim("scope", "mcp:financial")
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(600)));
		changes.accept(claims);
		return claims.build();
	}

	private static String sign(JWTClaimsSet claims, RSAKey key) {
		try {
			return sign(claims, JWSAlgorithm.RS256, new RSASSASigner(key));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String sign(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) {
		try {
			SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(KEY.getKeyID()).build(), claims);
			token.sign(signer);
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static RSAKey key() {
		try {
			return new RSAKeyGenerator(2048).keyID("k1").generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
