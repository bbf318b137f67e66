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

package dev.lumoauth.benchmarks.revocation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The dev server, in a process of its own.
 */
final class DevServerProcess implements AutoCloseable {

	private static final String READY = "export LUMOAUTH_URL=";

	private final HttpClient http = HttpClient.newHttpClient();

	private final Process process;

	private final String url;

	DevServerProcess(Path jar) throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
				jar.toString(), "--server.port=0", "--dev.exit-with-parent=true", "--logging.level.dev.lumoauth=warn")
			.redirectErrorStream(true)
			.start();
		BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8);
		String line = output.readLine();
		while (line != null && !line.startsWith(READY)) {
			line = output.readLine();
		}
		if (line == null) {
			throw new IllegalStateException("The dev server did not start: " + jar);
		}
		this.url = line.substring(READY.length(), line.indexOf(' ', READY.length()));
		Thread reader = new Thread(() -> output.lines().forEach((ignored) -> {
		}), "dev-server-output");
		reader.setDaemon(true);
		reader.start();
	}

	String url() {
		return this.url;
	}

	/**
	 * Changes something by the admin API.
	 */
	void change(String method, String path) {
		send(HttpRequest.newBuilder(URI.create(this.url + path)).method(method, BodyPublishers.noBody()));
	}

	/**
	 * Registers a stream of events.
	 * @param endpoint where they are sent to
	 * @param audience whom they are for
	 * @param token what they are sent with
	 */
	void register(String endpoint, String audience, String token) {
		send(HttpRequest.newBuilder(URI.create(this.url + "/t/acme-corp/api/v1/ssf/stream"))
			.header("X-API-Key", "lmk_local-development-only")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(
					"{\"delivery\":{\"method\":\"urn:ietf:rfc:8935\",\"endpoint_url\":\"%s\",\"authorization_token\":\"%s\"},\"audience\":\"%s\"}"
						.formatted(endpoint, token, audience))));
	}

	private void send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.http.send(request.build(), BodyHandlers.ofString());
			if (response.statusCode() / 100 != 2) {
				throw new IllegalStateException(
						"%s: %d %s".formatted(response.uri(), response.statusCode(), response.body()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
