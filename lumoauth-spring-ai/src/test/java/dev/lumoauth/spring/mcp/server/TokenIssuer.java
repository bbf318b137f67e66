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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
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
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * A LumoAuth that has metadata and keys, and signs what it is told to.
 */
public final class TokenIssuer implements AutoCloseable {

	public static final String AUDIENCE = "urn:mcp:reports";

	public static final String PATH = "/t/acme-corp/api/v1";

	private final RSAKey key = key("k1");

	private final RSAKey otherKey = key("k1");

	private final HttpServer server;

	public final AtomicInteger keyRequests = new AtomicInteger();

	public volatile boolean open = true;

	public TokenIssuer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		answer(PATH + "/.well-known/oauth-authorization-server",
				() -> "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/oauth/jwks\"}".formatted(issuer(), issuer()));
		answer(PATH + "/oauth/jwks", () -> {
			this.keyRequests.incrementAndGet();
			return new JWKSet(this.key.toPublicJWK()).toString();
		});
		this.server.start();
	}

	private void answer(String path, java.util.function.Supplier<String> body) {
		this.server.createContext(path, (exchange) -> {
			byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(this.open ? 200 : 500, bytes.length);
			exchange.getResponseBody().write(bytes);
			exchange.close();
		});
	}

	public String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	public String issuer() {
		return url() + PATH;
	}

	public String token() {
		return token((claims) -> {
		});
	}

	public String tokenOf(String subject) {
		return token((claims) -> claims.subject(subject));
	}

	public String token(Consumer<JWTClaimsSet.Builder> changes) {
		return token("at+jwt", changes);
	}

	public String token(@Nullable String type, Consumer<JWTClaimsSet.Builder> changes) {
		return sign(type, claims(changes), JWSAlgorithm.RS256, this.key, signer(this.key));
	}

	public String tokenByAnotherKey(String keyId) {
		return sign("at+jwt", claims((claims) -> {
		}), JWSAlgorithm.RS256, new RSAKey.Builder(this.otherKey).keyID(keyId).build(), signer(this.otherKey));
	}

	public String unsignedToken() {
		return new PlainJWT(claims((claims) -> {
		})).serialize();
	}

	/**
	 * Signed with the public key as if it were a secret.
	 */
	public String tokenByThePublicKey() {
		try {
			return sign("at+jwt", claims((claims) -> {
			}), JWSAlgorithm.HS256, this.key, new MACSigner(this.key.toPublicJWK().toRSAPublicKey().getEncoded()));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> changes) {
		Instant now = Instant.now();
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(issuer())
			.subject("user-1")
			.audience(List.of(AUDIENCE))
			.claim("client_id", "agt_caller")
			.claim("scope", "mcp:reports read:reports")
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(600)));
		changes.accept(claims);
		return claims.build();
	}

	private static String sign(@Nullable String type, JWTClaimsSet claims, JWSAlgorithm algorithm, RSAKey key,
			JWSSigner signer) {
		JWSHeader.Builder header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
		SignedJWT token = new SignedJWT(((type != null) ? header.type(new JOSEObjectType(type)) : header).build(),
				claims);
		try {
			token.sign(signer);
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
		return token.serialize();
	}

	private static JWSSigner signer(RSAKey key) {
		try {
			return new RSASSASigner(key);
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static RSAKey key(String id) {
		try {
			return new RSAKeyGenerator(2048).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
