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

package com.example.woven;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * LumoAuth as far as guarded code asks it.
 */
final class LoopbackLumoAuth implements AutoCloseable {

	private static final Pattern NAME = Pattern.compile("\"[^\"]+\"");

	private final Set<String> granted = ConcurrentHashMap.newKeySet();

	private final HttpServer server;

	LoopbackLumoAuth() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	void grant(String... capabilities) {
		this.granted.addAll(Set.of(capabilities));
	}

	void denyAll() {
		this.granted.clear();
	}

	private void answer(HttpExchange exchange) throws IOException {
		String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		byte[] body = body(exchange.getRequestURI().getPath(), request).getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private String body(String path, String request) {
		if (path.endsWith("/oauth/token")) {
			return "{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
		}
		if (path.endsWith("/authz/check-bulk")) {
			return names(request).map((name) -> name + ":" + isGranted(name))
				.collect(Collectors.joining(",", "{\"results\":{", "}}"));
		}
		return names(request).map((name) -> "{\"permission\":" + name + ",\"allowed\":" + isGranted(name) + "}")
			.collect(Collectors.joining());
	}

	/**
	 * All that is in quotation marks, but for the name of the field.
	 */
	private static Stream<String> names(String request) {
		return NAME.matcher(request).results().skip(1).map(MatchResult::group);
	}

	private boolean isGranted(String name) {
		return this.granted.contains(name.substring(1, name.length() - 1));
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
