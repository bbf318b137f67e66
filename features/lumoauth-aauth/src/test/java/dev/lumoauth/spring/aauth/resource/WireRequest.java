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

package dev.lumoauth.spring.aauth.resource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A request as bytes on a connection: nothing between the test and the server tidies it
 * up.
 *
 * @param method the method
 * @param target what stands behind it
 * @param version the version of HTTP
 * @param headers lines without their ends
 * @param body the body
 * @param chunked whether the body goes in chunks
 */
@SuppressWarnings("ArrayRecordComponent")
record WireRequest(String method, String target, String version, List<String> headers, byte[] body, boolean chunked) {

	static WireRequest of(String method, String target, String host, String body, String... headers) {
		List<String> lines = new ArrayList<>(List.of(headers));
		lines.add(0, "Host: " + host);
		return new WireRequest(method, target, "HTTP/1.1", lines, body.getBytes(StandardCharsets.UTF_8), false);
	}

	/**
	 * Return it with an agent's signature, as this library's agents sign.
	 */
	WireRequest signed(SigningKey key, Clock clock) {
		WireRequest[] signed = { this };
		MessageSigner.of(() -> key, clock, 10_000_000)
			.sign(this.method, URI.create("http://" + values("Host").get(0) + this.target), this::values, this.body,
					(name, value) -> signed[0] = signed[0].with(name, value));
		return signed[0];
	}

	List<String> values(String name) {
		return this.headers.stream()
			.filter((line) -> isNamed(line, name))
			.map((line) -> line.substring(name.length() + 1).strip())
			.toList();
	}

	private static boolean isNamed(String line, String name) {
		return line.regionMatches(true, 0, name + ":", 0, name.length() + 1);
	}

	/**
	 * Return it with one header of that name.
	 */
	WireRequest with(String name, String value) {
		WireRequest without = without(name);
		return without.plus(name + ": " + value);
	}

	WireRequest plus(String line) {
		List<String> lines = new ArrayList<>(this.headers);
		lines.add(line);
		return new WireRequest(this.method, this.target, this.version, lines, this.body, this.chunked);
	}

	WireRequest before(String line) {
		List<String> lines = new ArrayList<>(this.headers);
		lines.add(0, line);
		return new WireRequest(this.method, this.target, this.version, lines, this.body, this.chunked);
	}

	WireRequest without(String name) {
		List<String> lines = new ArrayList<>(this.headers);
		lines.removeIf((line) -> isNamed(line, name));
		return new WireRequest(this.method, this.target, this.version, lines, this.body, this.chunked);
	}

	WireRequest changed(String name, UnaryOperator<String> change) {
		return with(name, change.apply(values(name).get(0)));
	}

	WireRequest withMethod(String method) {
		return new WireRequest(method, this.target, this.version, this.headers, this.body, this.chunked);
	}

	WireRequest withTarget(String target) {
		return new WireRequest(this.method, target, this.version, this.headers, this.body, this.chunked);
	}

	WireRequest withVersion(String version) {
		return new WireRequest(this.method, this.target, version, this.headers, this.body, this.chunked);
	}

	WireRequest withBody(byte[] body) {
		return new WireRequest(this.method, this.target, this.version, this.headers, body, this.chunked);
	}

	WireRequest inChunks() {
		return new WireRequest(this.method, this.target, this.version, this.headers, this.body, true);
	}

	/**
	 * Send it.
	 */
	WireAnswer send(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(20_000);
			socket.getOutputStream().write(bytes());
			socket.getOutputStream().flush();
			return WireAnswer.read(socket.getInputStream());
		}
		catch (IOException ex) {
			return new WireAnswer(0, List.of(), String.valueOf(ex.getMessage()));
		}
	}

	private byte[] bytes() throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		StringBuilder head = new StringBuilder(this.method + " " + this.target + " " + this.version + "\r\n");
		this.headers.forEach((line) -> head.append(line).append("\r\n"));
		head.append("Connection: close\r\n");
		if (this.chunked) {
			head.append("Transfer-Encoding: chunked\r\n\r\n");
			out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
			int half = this.body.length / 2;
			chunk(out, this.body, 0, half);
			chunk(out, this.body, half, this.body.length - half);
			out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
			return out.toByteArray();
		}
		if (this.body.length > 0) {
			head.append("Content-Length: ").append(this.body.length).append("\r\n");
		}
		out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
		out.write(this.body);
		return out.toByteArray();
	}

	private static void chunk(ByteArrayOutputStream out, byte[] body, int from, int length) throws IOException {
		if (length > 0) {
			out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
			out.write(body, from, length);
			out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
		}
	}

	@Override
	public String toString() {
		return this.method + " " + this.target + " " + this.headers + " " + this.body.length;
	}

}
