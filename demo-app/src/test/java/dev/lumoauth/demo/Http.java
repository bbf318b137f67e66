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

package dev.lumoauth.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to the demo, as someone with {@code curl} makes them.
 */
final class Http {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final HttpClient client = HttpClient.newHttpClient();

	private final String url;

	Http(String url) {
		this.url = url;
	}

	HttpResponse<String> post(String path, String body) {
		return send(posted(path, body));
	}

	CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
		return this.client.sendAsync(posted(path, body).build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest.Builder posted(String path, String body) {
		return HttpRequest.newBuilder(URI.create(this.url + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(URI.create(this.url + path)));
	}

	HttpResponse<String> put(String path) {
		return send(HttpRequest.newBuilder(URI.create(this.url + path)).PUT(HttpRequest.BodyPublishers.noBody()));
	}

	HttpResponse<String> delete(String path) {
		return send(HttpRequest.newBuilder(URI.create(this.url + path)).DELETE());
	}

	/**
	 * Opens a stream of server-sent events, which ends with the demo.
	 */
	Events events(String path) {
		try {
			return new Events(this.client
				.send(HttpRequest.newBuilder(URI.create(this.url + path)).build(), HttpResponse.BodyHandlers.ofLines())
				.body()
				.iterator());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static JsonNode json(HttpResponse<String> response) {
		return json(response.body());
	}

	static JsonNode json(String text) {
		return JSON.readTree(text);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.timeout(Duration.ofSeconds(60)).build(),
					HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Server-sent events.
	 *
	 * @param lines their lines
	 */
	record Events(Iterator<String> lines) {

		/**
		 * Reads on until there is one of a name that has a text in it.
		 */
		JsonNode await(String name, String text) {
			String event = "";
			while (this.lines.hasNext()) {
				String line = this.lines.next();
				if (line.startsWith("event:")) {
					event = line.substring("event:".length());
				}
				else if (line.startsWith("data:") && event.equals(name) && line.contains(text)) {
					return JSON.readTree(line.substring("data:".length()));
				}
			}
			throw new AssertionError("The stream has ended without '" + name + "' with '" + text + "'");
		}

	}

}
