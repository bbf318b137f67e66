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

package dev.lumoauth.spring.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * A LumoAuth whose answers the soak knows the truth of, and a service that takes the
 * tokens it exchanges. Each endpoint can be spoiled.
 */
final class SoakLumoAuth implements AutoCloseable {

	static final String SERVICE = "urn:soak:service";

	private static final String API = "/t/acme/api/v1/";

	private static final Pattern AUDIENCE = Pattern.compile("(?:^|&)audience=");

	final Grants grants = new Grants();

	final Map<Endpoint, Fault> faults = new ConcurrentHashMap<>();

	final LongAdder requests = new LongAdder();

	final LongAdder spoiled = new LongAdder();

	final LongAdder rejected = new LongAdder();

	/** Requests at the service with a token that was not exchanged for it. */
	final LongAdder foreign = new LongAdder();

	private final Set<String> active = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	private final ExecutorService executor = Executors.newFixedThreadPool(32);

	private final HttpServer server;

	SoakLumoAuth() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.executor);
		for (Endpoint endpoint : Endpoint.values()) {
			this.server.createContext(endpoint.path, (exchange) -> handle(endpoint, exchange));
		}
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/**
	 * Revoke every token.
	 */
	void revokeTokens() {
		this.active.clear();
	}

	private void handle(Endpoint endpoint, HttpExchange exchange) throws IOException {
		try (exchange) {
			this.requests.increment();
			byte[] body = exchange.getRequestBody().readAllBytes();
			Fault fault = this.faults.get(endpoint);
			if (fault != null) {
				this.spoiled.increment();
				fault.spoil(exchange);
				return;
			}
			switch (endpoint) {
				case TOKEN -> token(exchange, new String(body, StandardCharsets.UTF_8));
				case SERVICE -> service(exchange);
				default -> decide(endpoint, exchange, body);
			}
		}
	}

	private void token(HttpExchange exchange, String form) throws IOException {
		String token = (AUDIENCE.matcher(form).find() ? "exchanged-" : "agent-") + this.count.incrementAndGet();
		this.active.add(token);
		answer(exchange, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":30,"
				+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");
	}

	private void service(HttpExchange exchange) throws IOException {
		String token = token(exchange);
		if (!token.startsWith("exchanged-")) {
			this.foreign.increment();
		}
		boolean good = this.active.contains(token);
		this.rejected.add(good ? 0 : 1);
		answer(exchange, good ? 200 : 401, "{}");
	}

	private void decide(Endpoint endpoint, HttpExchange exchange, byte[] body) throws IOException {
		if (!this.active.contains(token(exchange))) {
			this.rejected.increment();
			answer(exchange, 401, "{\"error\":\"invalid_token\"}");
			return;
		}
		Map<String, Object> question = LumoAuthJson.read(body);
		if (endpoint == Endpoint.CHECK) {
			String permission = String.valueOf(question.get("permission"));
			answer(exchange, 200,
					"{\"allowed\":" + this.grants.isGranted(permission) + ",\"permission\":\"" + permission + "\"}");
			return;
		}
		List<String> results = new ArrayList<>();
		for (Object permission : (List<?>) question.get("permissions")) {
			results.add("\"" + permission + "\":" + this.grants.isGranted(String.valueOf(permission)));
		}
		answer(exchange, 200, "{\"results\":{" + String.join(",", results) + "}}");
	}

	private static String token(HttpExchange exchange) {
		String authorization = exchange.getRequestHeaders().getFirst("Authorization");
		return (authorization != null) ? authorization.replace("Bearer ", "") : "";
	}

	private static void answer(HttpExchange exchange, int status, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	enum Endpoint {

		TOKEN(API + "oauth/token"), CHECK(API + "authz/check"), BULK(API + "authz/check-bulk"), SERVICE("/service");

		private final String path;

		Endpoint(String path) {
			this.path = path;
		}

	}

	/**
	 * What an endpoint can do instead of answering. None of it is an allow.
	 */
	enum Fault {

		BROKEN {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				answer(exchange, 500, "{\"error\":\"server_error\"}");
			}
		},

		DOWN {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				answer(exchange, 503, "<html>down</html>");
			}
		},

		BUSY {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				exchange.getResponseHeaders().set("Retry-After", "1");
				answer(exchange, 429, "{\"error\":\"rate_limit_exceeded\"}");
			}
		},

		FORBIDDEN {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				answer(exchange, 403, "{\"allowed\":true,\"error\":\"insufficient_permissions\"}");
			}
		},

		NONSENSE {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				answer(exchange, 200, "{\"allowed\":\"true\",\"results\":{\"a\":\"true\"},\"access_token\":7}");
			}
		},

		CONTRADICTION {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				answer(exchange, 200, "{\"allowed\":false,\"allowed\":true,\"results\":{},\"results\":true}");
			}
		},

		CUT_OFF {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				exchange.sendResponseHeaders(200, 100);
				exchange.getResponseBody().write("{\"allowed\":true".getBytes(StandardCharsets.UTF_8));
			}
		},

		HANGING {
			@Override
			void spoil(HttpExchange exchange) throws IOException {
				try {
					Thread.sleep(2 * SoakApplication.READ_TIMEOUT.toMillis());
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		};

		abstract void spoil(HttpExchange exchange) throws IOException;

	}

}
