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

package dev.lumoauth.demo.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that follows a script, behind OpenAI's chat completions API on a free port of
 * the loopback address: {@code POST /v1/chat/completions}, whole and streamed. It stands
 * in for a language model so that the demo needs no key and gets the same answers each
 * time.
 */
public final class ScriptedModel implements AutoCloseable {

	/**
	 * The name of the model; requests may use any name.
	 */
	public static final String NAME = "scripted";

	private static final String PATH = "/v1/chat/completions";

	private static final int MAX_REQUEST_BYTES = 1024 * 1024;

	private final JsonMapper json = JsonMapper.builder().build();

	private final Script script = new Script(this.json);

	private final Completions completions = new Completions(this.json);

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "scripted-model");
		thread.setDaemon(true);
		return thread;
	});

	private final HttpServer server;

	private ScriptedModel(HttpServer server) {
		this.server = server;
		server.createContext("/", this::handle);
		server.setExecutor(this.executor);
		server.start();
	}

	/**
	 * Start it.
	 * @return the model, ready for requests
	 * @throws IOException if no port is free
	 */
	public static ScriptedModel start() throws IOException {
		// Without this, each answer of the JDK's server is delayed by 40 ms.
		System.setProperty("sun.net.httpserver.nodelay", "true");
		return new ScriptedModel(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
	}

	/**
	 * Return the address of the model.
	 * @return the base URL, {@code /v1} included
	 */
	public URI baseUrl() {
		return URI.create("http://" + this.server.getAddress().getAddress().getHostAddress() + ":"
				+ this.server.getAddress().getPort() + "/v1");
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (!exchange.getRequestURI().getPath().equals(PATH)) {
				error(exchange, 404, "There is only " + PATH);
			}
			else if (!exchange.getRequestMethod().equals("POST")) {
				error(exchange, 405, "Only POST");
			}
			else {
				complete(exchange);
			}
		}
	}

	private void complete(HttpExchange exchange) throws IOException {
		byte[] body;
		try (InputStream stream = exchange.getRequestBody()) {
			body = stream.readNBytes(MAX_REQUEST_BYTES + 1);
		}
		if (body.length > MAX_REQUEST_BYTES) {
			error(exchange, 413, "The request is too long");
			return;
		}
		JsonNode request;
		Reply reply;
		try {
			request = this.json.readTree(body);
			reply = this.script.next(Conversation.of(request));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			error(exchange, 400, (ex instanceof JacksonException) ? "Not JSON" : String.valueOf(ex.getMessage()));
			return;
		}
		String model = request.path("model").asString(NAME);
		if (request.path("stream").asBoolean(false)) {
			stream(exchange, model, reply, body.length);
		}
		else {
			send(exchange, 200, this.completions.whole(model, reply, body.length));
		}
	}

	private void stream(HttpExchange exchange, String model, Reply reply, int requestChars) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
		exchange.sendResponseHeaders(200, 0);
		try (OutputStream stream = exchange.getResponseBody()) {
			for (String chunk : this.completions.chunks(model, reply, requestChars)) {
				stream.write(("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8));
				stream.flush();
			}
			stream.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
		}
	}

	private void error(HttpExchange exchange, int status, String message) throws IOException {
		send(exchange, status, this.json.writeValueAsString(Map.of("error", Map.of("message", message))));
	}

	private void send(HttpExchange exchange, int status, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

}
