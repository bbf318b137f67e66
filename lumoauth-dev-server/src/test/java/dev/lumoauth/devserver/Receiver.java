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

package dev.lumoauth.devserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * What events are sent to. Answers what it is told to, and else 202.
 */
public final class Receiver implements AutoCloseable {

	private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

	private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

	private final HttpServer server;

	public Receiver() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::receive);
		this.server.start();
	}

	private void receive(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Integer status = this.answers.poll();
		byte[] answer = ((status != null) ? "{\"err\":\"invalid_key\",\"description\":\"no\"}" : "")
			.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders((status != null) ? status : 202, (answer.length > 0) ? answer.length : -1);
		exchange.getResponseBody().write(answer);
		exchange.close();
		this.received.add(new Received(exchange.getRequestHeaders(), body));
	}

	public String url() {
		return "http://127.0.0.1:%d/events".formatted(this.server.getAddress().getPort());
	}

	public void answer(int status) {
		this.answers.add(status);
	}

	public Received next() {
		try {
			Received next = this.received.poll(10, TimeUnit.SECONDS);
			if (next == null) {
				throw new AssertionError("No event within 10 seconds");
			}
			return next;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public List<Received> next(int count) {
		List<Received> all = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			all.add(next());
		}
		return all;
	}

	public boolean isEmpty() {
		return this.received.isEmpty();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	public record Received(Map<String, List<String>> headers, String body) {

		public String header(String name) {
			return this.headers.entrySet()
				.stream()
				.filter((header) -> header.getKey().equalsIgnoreCase(name))
				.map((header) -> header.getValue().get(0))
				.findFirst()
				.orElse(null);
		}

	}

}
