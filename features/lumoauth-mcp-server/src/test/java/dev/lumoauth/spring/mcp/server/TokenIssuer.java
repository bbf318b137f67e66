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
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.key.RsaTestKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * A LumoAuth that has metadata and keys, and signs what it is told to.
 */
public final class TokenIssuer implements AutoCloseable {

	public static final String AUDIENCE = "urn:mcp:reports";

	public static final String PATH = "/t/acme-corp/api/v1";

	private static final RSAKey KEY = RsaTestKeys.own("k1");

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	public final AtomicInteger keyRequests = new AtomicInteger();

	/** The scopes that were asked for by token exchange, one after another. */
	public final List<String> exchanges = new CopyOnWriteArrayList<>();

	/** A scope that is granted to nobody. */
	public static final String UNGRANTED = "never:granted";

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
			return new JWKSet(KEY.toPublicJWK()).toString();
		});
		this.server.createContext(PATH + "/oauth/token", this::exchange);
		this.server.createContext(PATH + "/authz/", this::check);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	/**
	 * Gives an agent a token for this server, with just the scopes that are asked for.
	 */
	private void exchange(HttpExchange exchange) throws IOException {
		MultiValueMap<String, String> form = UriComponentsBuilder.newInstance()
			.query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
			.build()
			.getQueryParams();
		String scope = UriUtils.decode(form.getOrDefault("scope", List.of("")).get(0).replace('+', ' '),
				StandardCharsets.UTF_8);
		String body = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":600,\"scope\":\"%s\"}";
		if (!form.containsKey("audience")) {
			respond(exchange, 200, body.formatted("token-of-the-agent", scope));
			return;
		}
		this.exchanges.add(scope);
		boolean granted = !scope.contains(UNGRANTED);
		respond(exchange, granted ? 200 : 400,
				granted ? body.formatted(token((claims) -> claims.subject("agent").claim("scope", scope)), scope)
						: "{\"error\":\"invalid_scope\"}");
	}

	/**
	 * Allows what the token's claim {@code may} has. Without that claim there is an
	 * outage.
	 */
	private void check(HttpExchange exchange) throws IOException {
		Map<String, Object> asked = LumoAuthJson.read(exchange.getRequestBody().readAllBytes());
		List<String> may = may(exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length()));
		if (may == null) {
			respond(exchange, 503, "{}");
		}
		else if (asked.get("permission") instanceof String one) {
			respond(exchange, 200, json(Map.of("permission", one, "allowed", may.contains(one))));
		}
		else {
			Map<String, Object> results = new LinkedHashMap<>();
			((List<?>) asked.get("permissions")).forEach((name) -> results.put((String) name, may.contains(name)));
			respond(exchange, 200, json(Map.of("results", results)));
		}
	}

	private static String json(Map<String, ?> fields) {
		return new String(LumoAuthJson.write(fields), StandardCharsets.UTF_8);
	}

	private static @Nullable List<String> may(String token) {
		try {
			return JWTParser.parse(token).getJWTClaimsSet().getStringListClaim("may");
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private void answer(String path, java.util.function.Supplier<String> body) {
		this.server.createContext(path, (exchange) -> {
			respond(exchange, this.open ? 200 : 500, body.get());
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
		return sign(type, claims(changes), JWSAlgorithm.RS256, KEY, signer(KEY));
	}

	public String tokenByAnotherKey(String keyId) {
		RSAKey other = RsaTestKeys.foreign(keyId);
		return sign("at+jwt", claims((claims) -> {
		}), JWSAlgorithm.RS256, other, signer(other));
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
			}), JWSAlgorithm.HS256, KEY, new MACSigner(KEY.toPublicJWK().toRSAPublicKey().getEncoded()));
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

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

}
