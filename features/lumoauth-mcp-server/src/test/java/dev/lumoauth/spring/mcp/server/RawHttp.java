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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Requests byte by byte: paths, hosts and headers that no client of Java's sends.
 */
public final class RawHttp {

	private static final String INITIALIZE = """
			{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
			"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

	private RawHttp() {
	}

	public static Answer initialize(int port, String target, String... headers) {
		return send(port, "POST", target, INITIALIZE, headers);
	}

	public static Answer get(int port, String target, String... headers) {
		return send(port, "GET", target, "", headers);
	}

	public static Answer call(int port, String target, String tool, String... headers) {
		return send(port, "POST", target,
				"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{}}}"
					.formatted(tool),
				headers);
	}

	public static Answer send(int port, String method, String target, String body, String... headers) {
		try (Socket socket = open(port, method, target, body, "close", headers)) {
			return Answer.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Begin a stream, which goes on until it is closed.
	 */
	public static Stream stream(int port, String target, String... headers) {
		return new Stream(open(port, "GET", target, "", "keep-alive", headers));
	}

	/**
	 * Begin a request whose body does not come.
	 */
	public static Stream slow(int port, String target, String... headers) {
		String[] all = Arrays.copyOf(headers, headers.length + 1);
		all[headers.length] = "Content-Length: 100";
		return new Stream(open(port, "POST", target, "", "keep-alive", all));
	}

	private static Socket open(int port, String method, String target, String body, String connection,
			String... headers) {
		StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
		if (List.of(headers).stream().noneMatch((header) -> header.startsWith("Host:"))) {
			request.append("Host: localhost:" + port + "\r\n");
		}
		if (List.of(headers).stream().noneMatch((header) -> header.startsWith("Content-Type:"))) {
			request.append("Content-Type: application/json\r\n");
		}
		request.append("Accept: application/json, text/event-stream\r\nConnection: " + connection + "\r\n");
		for (String header : headers) {
			request.append(header).append("\r\n");
		}
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		if (List.of(headers).stream().noneMatch((header) -> header.startsWith("Content-Length:"))) {
			request.append("Content-Length: " + bytes.length + "\r\n");
		}
		request.append("\r\n").append(body);
		try {
			Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What came back.
	 *
	 * @param status the status
	 * @param head the status line and the headers
	 * @param body the body, as it was sent
	 */
	public record Answer(int status, String head, String body) {

		static Answer of(String text) {
			int end = text.indexOf("\r\n\r\n");
			String head = text.substring(0, end);
			return new Answer(Integer.parseInt(head.split(" ")[1]), head, text.substring(end + 4));
		}

		public String header(String name) {
			return this.head.lines()
				.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
				.map((line) -> line.substring(name.length() + 1).trim())
				.findFirst()
				.orElse("");
		}

	}

	/**
	 * An answer that goes on.
	 */
	public static final class Stream implements AutoCloseable {

		private final Socket socket;

		private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

		private Stream(Socket socket) {
			this.socket = socket;
		}

		/**
		 * Read on to the end of the answer.
		 */
		public String untilItsEnd() {
			return until((text) -> text.endsWith("\r\n0\r\n\r\n"));
		}

		/**
		 * Read until there is enough, and do something each time when nothing comes.
		 */
		public String until(Predicate<String> enough, Runnable whileNothingComes) {
			try {
				timeout(200);
				for (int i = 0; i < 150; i++) {
					try {
						return until(enough);
					}
					catch (IllegalStateException ex) {
						whileNothingComes.run();
					}
				}
				throw new IllegalStateException("Only this came: " + text());
			}
			finally {
				timeout(30_000);
			}
		}

		private void timeout(int millis) {
			try {
				this.socket.setSoTimeout(millis);
			}
			catch (SocketException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		public String until(Predicate<String> enough) {
			byte[] buffer = new byte[4096];
			try {
				InputStream input = this.socket.getInputStream();
				while (!enough.test(text())) {
					int read = input.read(buffer);
					if (read < 0) {
						break;
					}
					this.seen.write(buffer, 0, read);
				}
				return text();
			}
			catch (SocketTimeoutException ex) {
				throw new IllegalStateException("Only this came: " + text(), ex);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private String text() {
			return this.seen.toString(StandardCharsets.UTF_8);
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

}
