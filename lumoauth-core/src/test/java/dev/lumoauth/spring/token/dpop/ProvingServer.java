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

package dev.lumoauth.spring.token.dpop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens that are bound to the key of a proof, and takes them with a proof only
 * (RFC 9449 sections 5, 7, 8 and 9). Its token endpoint is all that ends with
 * {@code /oauth/token}.
 */
public final class ProvingServer implements AutoCloseable {

	/** How a server goes about with nonces. */
	public enum Nonces {

		/** It wants none. */
		NONE,

		/** It wants the current one, until {@link #rollOver()}. */
		CURRENT,

		/** It wants one that it has given, and gives another with each answer. */
		EACH,

		/** It wants another one for each path, as several servers at one address do. */
		PER_PATH,

		/** It is never content, whatever it has given. */
		NEVER_CONTENT,

		/** It wants one and doesn't say which. */
		UNSAID

	}

	public final List<Seen> seen = new CopyOnWriteArrayList<>();

	public volatile Nonces nonces = Nonces.NONE;

	/** Of the answers of the token endpoint. */
	public volatile String tokenType = "DPoP";

	/** An error that the token endpoint refuses every request with. */
	public volatile String tokenError = "";

	public final Set<String> revoked = ConcurrentHashMap.newKeySet();

	private final ProofVerifier verifier = new ProofVerifier();

	private final Map<String, String> issued;

	private final Set<String> given = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final HttpServer server;

	private final LongSupplier seconds;

	private volatile String current = "nonce-0";

	/**
	 * Start a server.
	 * @param issuer whose tokens it takes, or {@code null} for its own
	 * @param seconds the time since 1970
	 */
	public ProvingServer(@Nullable ProvingServer issuer, LongSupplier seconds) {
		this.issued = (issuer != null) ? issuer.issued : new ConcurrentHashMap<>();
		this.seconds = seconds;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	public String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/**
	 * Make the current nonce worthless.
	 */
	public void rollOver() {
		this.current = "nonce-" + this.count.incrementAndGet();
	}

	public List<Seen> seen(String path) {
		return this.seen.stream().filter((request) -> request.path().endsWith(path)).toList();
	}

	private void handle(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String path = exchange.getRequestURI().getPath();
		List<String> proofs = exchange.getRequestHeaders().getOrDefault("DPoP", List.of());
		String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
		String proof = (proofs.size() == 1) ? proofs.get(0) : null;
		boolean tokens = path.endsWith("/oauth/token");
		String token = authorization.startsWith("DPoP ") ? authorization.substring(5) : null;
		String problem = problem(exchange, proof, tokens, token);
		this.seen.add(new Seen(path, authorization, proof, body, problem));
		if (this.nonces == Nonces.EACH) {
			giveAnother();
		}
		if (this.nonces != Nonces.NONE && this.nonces != Nonces.UNSAID) {
			exchange.getResponseHeaders()
				.set("DPoP-Nonce", (this.nonces == Nonces.PER_PATH) ? nonceOf(path) : this.current);
		}
		if (tokens) {
			answerToken(exchange, proof, problem);
		}
		else if (problem.isEmpty()) {
			answer(exchange, 200, "{\"sub\":\"agt_test\",\"done\":true}");
		}
		else {
			exchange.getResponseHeaders().set("WWW-Authenticate", "DPoP algs=\"ES256\", error=\"" + problem + "\"");
			answer(exchange, 401, "");
		}
	}

	private void giveAnother() {
		this.current = "nonce-" + this.count.incrementAndGet();
		this.given.add(this.current);
	}

	private String problem(HttpExchange exchange, @Nullable String proof, boolean tokens, @Nullable String token) {
		if (tokens && proof == null) {
			return this.tokenType.equals("DPoP") ? "invalid_dpop_proof" : "";
		}
		if (!tokens && (token == null || !this.issued.containsKey(token) || this.revoked.contains(token))) {
			return "invalid_token";
		}
		String jkt = (token != null) ? this.issued.get(token) : null;
		String problem = this.verifier.problem(proof, exchange.getRequestMethod(),
				URI.create(url() + exchange.getRequestURI()), token, jkt, null, this.seconds.getAsLong());
		if (problem != null) {
			return "invalid_dpop_proof";
		}
		return isContent(ProofVerifier.nonce(proof), exchange.getRequestURI().getPath()) ? "" : "use_dpop_nonce";
	}

	private static String nonceOf(String path) {
		return "nonce-of" + path;
	}

	private boolean isContent(@Nullable String nonce, String path) {
		return switch (this.nonces) {
			case NONE -> true;
			case CURRENT -> this.current.equals(nonce);
			case EACH -> nonce != null && this.given.contains(nonce);
			case PER_PATH -> nonceOf(path).equals(nonce);
			case NEVER_CONTENT -> {
				rollOver();
				yield false;
			}
			case UNSAID -> false;
		};
	}

	private void answerToken(HttpExchange exchange, @Nullable String proof, String problem) throws IOException {
		String error = problem.isEmpty() ? this.tokenError : problem;
		if (!error.isEmpty()) {
			answer(exchange, 400, "{\"error\":\"" + error + "\",\"error_description\":\"of " + proof + "\"}");
			return;
		}
		String token = "token-MARKER-" + this.count.incrementAndGet();
		if (proof != null) {
			this.issued.put(token, jkt(proof));
		}
		answer(exchange, 200,
				"{\"access_token\":\"" + token + "\",\"token_type\":\"" + this.tokenType + "\",\"expires_in\":3600}");
	}

	private static String jkt(String proof) {
		try {
			return SignedJWT.parse(proof).getHeader().getJWK().computeThumbprint().toString();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * A request.
	 *
	 * @param path its path
	 * @param authorization its {@code Authorization}
	 * @param proof its proof, or {@code null}
	 * @param body its body
	 * @param problem why it was refused, or empty
	 */
	public record Seen(String path, String authorization, @Nullable String proof, String body, String problem) {
	}

}
