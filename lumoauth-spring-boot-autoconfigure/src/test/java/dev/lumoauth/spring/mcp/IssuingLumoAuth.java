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

package dev.lumoauth.spring.mcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A token endpoint whose tokens say what they are for, so that a server can tell whether
 * it got the right one.
 */
final class IssuingLumoAuth implements AutoCloseable {

	static final String TENANT = "acme-corp";

	final List<Map<String, String>> exchanges = new CopyOnWriteArrayList<>();

	final Set<String> ungranted = ConcurrentHashMap.newKeySet();

	final Set<String> revoked = ConcurrentHashMap.newKeySet();

	volatile int exchangeStatus = 200;

	volatile CountDownLatch hold = new CountDownLatch(0);

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
		boolean exchanging = form.getOrDefault("grant_type", "").endsWith("token-exchange");
		if (!exchanging) {
			answer(exchange, 200, body("agent-" + this.count.incrementAndGet(), ""));
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
			answer(exchange, 200, body(issue(form, scope), scope));
		}
	}

	private void await() {
		try {
			this.hold.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A token that a {@link ProtectedMcpServer} can read.
	 */
	private String issue(Map<String, String> form, String scope) {
		String actor = form.containsKey("actor_token") ? "agent" : "";
		String subject = form.containsKey("actor_token") ? form.get("subject_token") : "agent";
		String text = String.join("\n", form.getOrDefault("audience", ""), form.getOrDefault("resource", ""), subject,
				actor, scope, "n" + this.count.incrementAndGet());
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String body(String token, String scope) {
		return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"" + scope
				+ "\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}";
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
