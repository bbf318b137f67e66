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

package dev.lumoauth.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * LumoAuth as far as it is measured: a thread for each connection, which stays open, and
 * as little as possible between a request and its answer. Allows everything but what is
 * called {@code denied:…}, and counts what it is asked.
 */
public final class LoopbackLumoAuth implements AutoCloseable {

	/**
	 * The tenant that it knows.
	 */
	public static final String TENANT = "acme-corp";

	private static final Pattern NAME = Pattern.compile("\"[^\"]+\"");

	private static final byte[] NO_BYTES = {};

	private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

	private final ServerSocket socket;

	private final Duration away;

	/**
	 * Start the server on a free port of the loopback interface.
	 */
	public LoopbackLumoAuth() {
		this(Duration.ZERO);
	}

	/**
	 * Start the server as if it were further away.
	 * @param away how much longer each answer takes
	 */
	public LoopbackLumoAuth(Duration away) {
		this.away = away;
		try {
			this.socket = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("lumoauth", this::accept);
	}

	private static void start(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket connection = this.socket.accept();
				connection.setTcpNoDelay(true);
				start("lumoauth-connection", () -> serve(connection));
			}
			catch (IOException ex) {
				return; // closed
			}
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			InputStream in = new BufferedInputStream(connection.getInputStream());
			OutputStream out = connection.getOutputStream();
			while (answer(in, out)) {
				out.flush();
			}
		}
		catch (IOException ex) {
			// The client is gone.
		}
	}

	private boolean answer(InputStream in, OutputStream out) throws IOException {
		String line = line(in);
		if (line.isEmpty()) {
			return false;
		}
		String path = line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
		int length = 0;
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
				length = Integer.parseInt(header.substring("content-length:".length()).trim());
			}
		}
		byte[] body = (length > 0) ? in.readNBytes(length) : NO_BYTES;
		String resource = path.substring(path.indexOf("/v1/") + "/v1/".length());
		String text = new String(body, StandardCharsets.UTF_8);
		count(resource.equals("oauth/token") && text.contains("token-exchange") ? "exchange" : resource);
		byte[] answer = body(resource, text).getBytes(StandardCharsets.UTF_8);
		byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + answer.length
				+ "\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] all = new byte[head.length + answer.length];
		System.arraycopy(head, 0, all, 0, head.length);
		System.arraycopy(answer, 0, all, head.length, answer.length);
		delay();
		out.write(all);
		return true;
	}

	private void delay() {
		if (!this.away.isZero()) {
			try {
				Thread.sleep(this.away.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream(64);
		for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
			if (c != '\r') {
				line.write(c);
			}
		}
		return line.toString(StandardCharsets.US_ASCII);
	}

	private void count(String resource) {
		this.requests.computeIfAbsent(resource, (key) -> new LongAdder()).increment();
	}

	private String body(String resource, String request) {
		return switch (resource) {
			case "oauth/token" -> "{\"access_token\":\"" + "t".repeat(600) + number()
					+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"issued_token_type\":"
					+ "\"urn:ietf:params:oauth:token-type:access_token\"}";
			case "authz/check" ->
				names(request).map((name) -> "{\"permission\":" + name + ",\"allowed\":" + isAllowed(name) + "}")
					.collect(Collectors.joining());
			case "authz/check-bulk" -> names(request).map((name) -> name + ":" + isAllowed(name))
				.collect(Collectors.joining(",", "{\"results\":{", "}}"));
			default -> "{\"sub\":\"agent_1\"}";
		};
	}

	private long number() {
		return this.requests.values().stream().mapToLong(LongAdder::sum).sum();
	}

	/**
	 * All that is in quotation marks, which are left on, but for the first: that is the
	 * field's own name.
	 */
	private static Stream<String> names(String request) {
		return NAME.matcher(request).results().skip(1).map(MatchResult::group);
	}

	private static boolean isAllowed(String name) {
		return !name.startsWith("\"denied:");
	}

	/**
	 * Return how often each resource was asked, by its path; an exchange is counted as
	 * {@code exchange}.
	 * @return the numbers of requests
	 */
	public Map<String, Long> requests() {
		Map<String, Long> counts = new TreeMap<>();
		this.requests.forEach((resource, count) -> counts.put(resource, count.sum()));
		return counts;
	}

	/**
	 * Forget what was asked.
	 */
	public void reset() {
		this.requests.clear();
	}

	/**
	 * Return the address to set as {@code lumoauth.url}.
	 * @return the address
	 */
	public String url() {
		return "http://127.0.0.1:" + this.socket.getLocalPort();
	}

	/**
	 * Return the address of one of its resources.
	 * @param resource its path, such as {@code authz/check}
	 * @return the address
	 */
	public URI resource(String resource) {
		return URI.create(url() + "/t/" + TENANT + "/api/v1/" + resource);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
