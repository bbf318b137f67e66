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

package dev.lumoauth.spring.aauth.resource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * What issues auth tokens, and publishes the key by which it signs them.
 */
final class StubLumoAuth implements AutoCloseable {

	private final HttpServer server;

	private final AtomicInteger fetches = new AtomicInteger();

	volatile SigningKey key = TestKeys.ed25519("lumo-1");

	volatile int status = 200;

	volatile String answer = "";

	StubLumoAuth() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.createContext("/", (exchange) -> {
			this.fetches.incrementAndGet();
			String keys = this.answer.isEmpty() ? new JWKSet(TestKeys.published(this.key)).toString() : this.answer;
			byte[] body = keys.getBytes(StandardCharsets.UTF_8);
			if (!exchange.getRequestURI().getPath().equals("/orgs/acme-corp/api/v1/aauth/jwks.json")) {
				exchange.sendResponseHeaders(404, -1);
			}
			else if (this.status != 200) {
				exchange.getResponseHeaders().add("Location", issuer() + "/aauth/jwks.json");
				exchange.sendResponseHeaders(this.status, -1);
			}
			else {
				exchange.sendResponseHeaders(200, body.length);
				exchange.getResponseBody().write(body);
			}
			exchange.close();
		});
		this.server.start();
	}

	String issuer() {
		return "http://localhost:" + this.server.getAddress().getPort() + "/orgs/acme-corp/api/v1";
	}

	int fetches() {
		return this.fetches.get();
	}

	/**
	 * Return the claims of a token that is taken.
	 */
	JWTClaimsSet.Builder claims(String resource, JWK key, Instant now) {
		return new JWTClaimsSet.Builder().issuer(issuer())
			.claim("aud", resource)
			.subject("user-1")
			.claim("agent", "https://agent.example")
			.claim("agent_delegate", "worker-1")
			.claim("scope", "read write")
			.claim("act", Map.of("sub", "https://agent.example"))
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(900)))
			.jwtID(UUID.randomUUID().toString())
			.claim("cnf", Map.of("jwk", key.toPublicJWK().toJSONObject()));
	}

	String token(String resource, JWK key, Instant now) {
		return token(resource, key, now, (claims) -> {
		});
	}

	String token(String resource, JWK key, Instant now, Consumer<JWTClaimsSet.Builder> change) {
		JWTClaimsSet.Builder claims = claims(resource, key, now);
		change.accept(claims);
		return this.key.sign("auth+jwt", Map.of(), claims.build());
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
