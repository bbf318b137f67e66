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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * A LumoAuth that takes signed requests by the keys it knows, and bound tokens with a
 * proof by the key that they are bound to.
 */
final class SigningLumoAuth implements AutoCloseable {

	static final String API = "/orgs/acme-corp/api/v1";

	/** The thumbprints of the keys that may sign. */
	final Set<String> known = ConcurrentHashMap.newKeySet();

	/** What was asked for: the path, and how the agent has shown who it is. */
	final Queue<String> asked = new ConcurrentLinkedQueue<>();

	final AtomicInteger issued = new AtomicInteger();

	volatile int lifetime = 300;

	/** What happens before the next proof is refused. */
	final AtomicReference<Runnable> beforeRefusal = new AtomicReference<>();

	/** By the token: the thumbprint of its key. */
	private final Map<String, String> tokens = new ConcurrentHashMap<>();

	private final Set<String> nonces = ConcurrentHashMap.newKeySet();

	private final MessageVerifier verifier = new MessageVerifier((id, until) -> this.nonces.add(id), Clock.systemUTC());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpServer server;

	SigningLumoAuth() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		byte[] body = exchange.getRequestBody().readAllBytes();
		try {
			if (path.equals(API + "/aauth/agent/platform-token")) {
				this.asked.add(path + " signed");
				platformToken(exchange, body);
				return;
			}
			String refusal = refusal(exchange);
			this.asked.add(path + " " + (refusal.isEmpty() ? "bound" : refusal));
			if (!refusal.isEmpty()) {
				answer(exchange, 401, "{\"error\":\"" + refusal + "\"}");
				return;
			}
			bound(exchange, path, new String(body, StandardCharsets.UTF_8));
		}
		catch (Exception ex) {
			answer(exchange, 500, "{\"error\":\"server_error\",\"error_description\":\"" + ex + "\"}");
		}
	}

	private void platformToken(HttpExchange exchange, byte[] body) throws Exception {
		String jkt = signer(exchange, body);
		if (jkt == null || !this.known.contains(jkt)) {
			answer(exchange, 401, "{\"error\":\"invalid_signature\"}");
			return;
		}
		String token = "platform-MARKER-" + this.issued.incrementAndGet();
		this.tokens.put(token, jkt);
		answer(exchange, 200,
				"{\"access_token\":\"" + token + "\",\"token_type\":\"DPoP\",\"expires_in\":" + this.lifetime
						+ ",\"scope\":\"openid read:documents\",\"agent_id\":\"agt_1\",\"cnf_jkt\":\"" + jkt + "\"}");
	}

	/**
	 * Return the thumbprint of the key that has signed, or {@code null} if none has.
	 */
	private String signer(HttpExchange exchange, byte[] body) throws Exception {
		String header = exchange.getRequestHeaders().getFirst("Agent-Auth");
		JWTClaimsSet claims = SignedJWT.parse(header.substring("agent_token=".length())).getJWTClaimsSet();
		if (!claims.getAudience().equals(List.of(url() + API))) {
			return null;
		}
		Map<String, Object> jwk = new TreeMap<>();
		((Map<?, ?>) ((Map<?, ?>) claims.getClaim("cnf")).get("jwk"))
			.forEach((name, value) -> jwk.put(String.valueOf(name), value));
		VerificationKey key = VerificationKey.of(jwk);
		URI uri = exchange.getRequestURI();
		this.verifier.verify(new ReceivedRequest(exchange.getRequestMethod(), "http",
				exchange.getRequestHeaders().getFirst("Host"), uri.getRawPath(), uri.getRawQuery(),
				(name) -> exchange.getRequestHeaders().getOrDefault(name, List.of()), body), key);
		return key.thumbprint();
	}

	/**
	 * Return why a bound token is not taken; empty if it is.
	 */
	private String refusal(HttpExchange exchange) throws Exception {
		String authorization = exchange.getRequestHeaders().getFirst("Authorization");
		String proof = exchange.getRequestHeaders().getFirst("DPoP");
		if (proof == null) {
			return "invalid_token";
		}
		Runnable meanwhile = this.beforeRefusal.getAndSet(null);
		if (meanwhile != null) {
			meanwhile.run();
			return "invalid_dpop_proof";
		}
		SignedJWT jwt = SignedJWT.parse(proof);
		JWK key = jwt.getHeader().getJWK();
		VerificationKey verification = VerificationKey.of(key);
		if (!verification.verifies(jwt.getHeader().getAlgorithm().getName(), jwt.getSigningInput(),
				jwt.getSignature().decode())) {
			return "invalid_dpop_proof";
		}
		if (exchange.getRequestURI().getPath().endsWith("/oauth/token")) {
			return "";
		}
		String token = authorization.substring("DPoP ".length());
		String jkt = this.tokens.get(token);
		if (jkt == null || !this.known.contains(jkt)) {
			return "invalid_token";
		}
		String ath = Base64URL
			.encode(java.security.MessageDigest.getInstance("SHA-256")
				.digest(token.getBytes(StandardCharsets.US_ASCII)))
			.toString();
		boolean fits = jkt.equals(verification.thumbprint()) && ath.equals(jwt.getJWTClaimsSet().getClaim("ath"));
		return fits ? "" : "invalid_dpop_proof";
	}

	private void bound(HttpExchange exchange, String path, String body) throws IOException {
		switch (path) {
			case API + "/oauth/token" -> exchangeToken(exchange, body);
			case "/api/v1/authz/check" -> {
				String permission = String
					.valueOf(LumoAuthJson.read(body.getBytes(StandardCharsets.UTF_8)).get("permission"));
				answer(exchange, 200, "{\"allowed\":" + permission.equals("read:documents") + ",\"permission\":\""
						+ permission + "\"}");
			}
			case API + "/agents/me" -> answer(exchange, 200,
					"""
							{"identity":{"id":"agt_1","agent_id":"agt_1","type":"agent","status":"active"},"capabilities":[]}""");
			case API + "/oauth/userinfo" -> answer(exchange, 200, """
					{"sub":"agt_1","capabilities":["read:documents"],
					 "budget_policy":{"max_tokens_per_day":1000,"tokens_used_today":100}}""");
			case API + "/agents/me/approvals" -> answer(exchange, 201, """
					{"approval_token":"apv_9c","status":"pending","expires_at":"2099-01-01T00:00:00+00:00",
					 "task_id":"wire-9","impact":"high"}""");
			case API + "/agents/me/approvals/apv_9c/status" -> answer(exchange, 200, """
					{"approval_token":"apv_9c","status":"approved","task_id":"wire-9","impact":"high"}""");
			case API + "/jit/task" -> answer(exchange, 201, "{\"task_id\":\"task_7f\"}");
			default -> answer(exchange, 404, "{\"error\":\"not_found\"}");
		}
	}

	/**
	 * The subject is the agent's own token, and nothing else says who the agent is.
	 */
	private void exchangeToken(HttpExchange exchange, String body) throws IOException {
		Map<String, String> form = Arrays.stream(body.split("&"))
			.map((pair) -> pair.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
		boolean fits = this.tokens.containsKey(form.get("subject_token")) && !form.containsKey("client_secret")
				&& exchange.getRequestHeaders().getFirst("Authorization") == null;
		answer(exchange, fits ? 200 : 400,
				fits ? "{\"access_token\":\"exchanged-MARKER\",\"token_type\":\"DPoP\",\"expires_in\":300,"
						+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}"
						: "{\"error\":\"invalid_grant\"}");
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

}
