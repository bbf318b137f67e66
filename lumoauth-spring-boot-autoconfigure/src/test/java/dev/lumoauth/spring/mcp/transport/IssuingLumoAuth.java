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

package dev.lumoauth.spring.mcp.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.user.TestUsers;

import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * A token endpoint whose tokens say what they are for, so that a server can tell whether
 * it got the right one.
 */
final class IssuingLumoAuth implements AutoCloseable {

	static final String TENANT = "acme-corp";

	/** What the agent's tokens begin with. */
	static final String AGENT = "agent-MARKER-";

	private static final SecretKey USER_KEY = new SecretKeySpec(
			"of-the-users-tokens-and-of-no-others".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

	final List<Map<String, String>> exchanges = new CopyOnWriteArrayList<>();

	final Set<String> ungranted = ConcurrentHashMap.newKeySet();

	final Set<String> revoked = ConcurrentHashMap.newKeySet();

	/** The bodies of just-in-time requests. */
	final List<String> jitRequests = new CopyOnWriteArrayList<>();

	final AtomicInteger completedTasks = new AtomicInteger();

	volatile String jitStatus = "approved";

	/** Whom the tokens of just-in-time requests are for, and with which scopes. */
	volatile String jitAudience = "";

	volatile String jitScopes = "jit";

	/** The bodies of questions about tools of MCP servers. */
	final List<String> toolQuestions = new CopyOnWriteArrayList<>();

	/** Status and body of the answer to each of them. */
	volatile String toolAnswer = "200 {\"allowed\":true}";

	volatile int exchangeStatus = 200;

	volatile CountDownLatch hold = new CountDownLatch(0);

	private final Set<String> issued = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private HttpServer server;

	private final int port;

	IssuingLumoAuth() {
		this.server = start(0);
		this.port = this.server.getAddress().getPort();
	}

	private HttpServer start(int port) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
			server.createContext("/t/" + TENANT + "/api/v1/oauth/token", this::token);
			server.createContext("/t/" + TENANT + "/login/userinfo", this::userinfo);
			server.createContext("/t/" + TENANT + "/api/v1/jit/", this::jit);
			server.createContext("/t/" + TENANT + "/api/v1/agents/me", this::agent);
			server.setExecutor(this.executor);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void reset() {
		this.exchanges.clear();
		this.ungranted.clear();
		this.revoked.clear();
		this.jitRequests.clear();
		this.completedTasks.set(0);
		this.jitStatus = "approved";
		this.jitScopes = "jit";
		this.exchangeStatus = 200;
		this.hold = new CountDownLatch(0);
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	void stop() {
		this.server.stop(0);
	}

	void restart() {
		this.server = start(this.port);
	}

	private void token(HttpExchange exchange) throws IOException {
		Map<String, String> form = form(exchange);
		String grant = form.getOrDefault("grant_type", "");
		if (!grant.endsWith("token-exchange")) {
			boolean login = grant.equals("authorization_code");
			answer(exchange, 200, body(login ? userToken(form.get("code")) : AGENT + this.count.incrementAndGet(), "",
					type(exchange)));
			return;
		}
		this.exchanges.add(form);
		await();
		String scope = form.getOrDefault("scope", "");
		if (this.exchangeStatus != 200) {
			answer(exchange, this.exchangeStatus, "{\"error\":\"too_many_requests\"}");
		}
		else if (this.ungranted.stream().anyMatch(List.of(scope.split(" "))::contains)) {
			answer(exchange, 400, "{\"error\":\"invalid_scope\"}");
		}
		else {
			String subject = party(form.get("subject_token"));
			if (subject == null) {
				answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
				return;
			}
			answer(exchange, 200, body(issue(form, scope, subject), scope, type(exchange)));
		}
	}

	/**
	 * Who logged in.
	 */
	private void userinfo(HttpExchange exchange) throws IOException {
		String token = exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
		answer(exchange, 200, "{\"sub\":\"" + party(token) + "\"}");
	}

	private void jit(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		if (path.endsWith("/jit/task")) {
			answer(exchange, 201, "{\"task_id\":\"task_1\"}");
		}
		else if (path.endsWith("/complete")) {
			this.completedTasks.incrementAndGet();
			answer(exchange, 200, "{\"task_id\":\"task_1\",\"status\":\"completed\"}");
		}
		else if (path.endsWith("/token")) {
			answer(exchange, 200, body(issue(Map.of("audience", this.jitAudience), this.jitScopes, "jit", ""), ""));
		}
		else {
			this.jitRequests.add(body);
			answer(exchange, 201,
					"{\"request_id\":\"jit_1\",\"task_id\":\"task_1\",\"status\":\"" + this.jitStatus + "\"}");
		}
	}

	private void agent(HttpExchange exchange) throws IOException {
		if (exchange.getRequestURI().getPath().endsWith("/mcp/authorize")) {
			this.toolQuestions.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			answer(exchange, Integer.parseInt(this.toolAnswer.substring(0, 3)), this.toolAnswer.substring(4));
		}
		else {
			answer(exchange, 200, "{\"agent_id\":\"research-bot\"}");
		}
	}

	private void await() {
		try {
			this.hold.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A token as a person's approval gives it, for one call.
	 */
	String approved(String audience, String name) {
		return issue(Map.of("audience", audience), "", name, "");
	}

	/**
	 * A token that a {@link ProtectedMcpServer} can read.
	 */
	private String issue(Map<String, String> form, String scope, String subject) {
		return issue(form, scope, subject, party(form.getOrDefault("actor_token", "")));
	}

	private String issue(Map<String, String> form, String scope, String subject, String actor) {
		String text = String.join("\n", form.getOrDefault("audience", ""), form.getOrDefault("resource", ""), subject,
				actor, scope, "n" + this.count.incrementAndGet());
		String token = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
		this.issued.add(token);
		return token;
	}

	/**
	 * Whose token it is, or {@code null} if it is a user's and no good. What is no JWT is
	 * a user's name.
	 */
	private static String party(String token) {
		if (token.startsWith(AGENT)) {
			return "agent";
		}
		if (token.chars().filter((character) -> character == '.').count() != 2) {
			return token;
		}
		try {
			return users().decode(token).getSubject();
		}
		catch (JwtException ex) {
			return null;
		}
	}

	/**
	 * A user's access token.
	 */
	static String userToken(String name, Instant end) {
		JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(TestUsers.ISSUER)
			.subject(name)
			.claim("client_id", "app")
			.expirationTime(Date.from(end))
			.jwtID(UUID.randomUUID().toString())
			.build();
		SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
		try {
			token.sign(new MACSigner(USER_KEY));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
		return token.serialize();
	}

	static String userToken(String name) {
		return userToken(name, Instant.now().plus(Duration.ofHours(1)));
	}

	/**
	 * Verifies users' access tokens.
	 */
	static JwtDecoder users() {
		return NimbusJwtDecoder.withSecretKey(USER_KEY).build();
	}

	/**
	 * Return what an exchanged token says.
	 * @return audience, resource, subject, actor, scopes and a number; empty if this is
	 * no such token
	 */
	static List<String> claims(String token) {
		try {
			String[] claims = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\n");
			return (claims.length == 6) ? List.of(claims) : List.of();
		}
		catch (IllegalArgumentException ex) {
			return List.of();
		}
	}

	/**
	 * Whether a token was issued here, and not revoked since.
	 */
	boolean isActive(String token) {
		return this.issued.contains(token) && !this.revoked.contains(token);
	}

	/**
	 * Return every exchanged token.
	 */
	Set<String> issued() {
		return this.issued;
	}

	/**
	 * Revoke every exchanged token.
	 */
	void revokeAll() {
		this.revoked.addAll(this.issued);
	}

	/**
	 * A token is bound to the key of a proof, if there is one.
	 */
	private static String type(HttpExchange exchange) {
		return exchange.getRequestHeaders().containsKey("DPoP") ? "DPoP" : "Bearer";
	}

	private static String body(String token, String scope) {
		return body(token, scope, "Bearer");
	}

	private static String body(String token, String scope, String type) {
		return "{\"access_token\":\"" + token + "\",\"token_type\":\"" + type + "\",\"expires_in\":3600,\"scope\":\""
				+ scope + "\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}";
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.getResponseHeaders().set("Connection", "close");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private static Map<String, String> form(HttpExchange exchange) throws IOException {
		Map<String, String> form = new LinkedHashMap<>();
		for (String pair : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&")) {
			String[] parts = pair.split("=", 2);
			form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		return form;
	}

	@Override
	public void close() {
		stop();
		this.executor.shutdownNow();
	}

}
