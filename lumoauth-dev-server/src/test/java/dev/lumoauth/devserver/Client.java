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
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * Sends requests to a server on this machine, as plainly as possible.
 */
public class Client {

	public static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

	public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

	private final String url;

	public Client(int port) {
		this.url = "http://127.0.0.1:" + port;
	}

	public String url() {
		return this.url;
	}

	public Answer get(String path, String... headers) {
		return send("GET", path, null, headers);
	}

	public Answer json(String method, String path, String body, String... headers) {
		String[] all = Arrays.copyOf(headers, headers.length + 2);
		all[headers.length] = "Content-Type";
		all[headers.length + 1] = "application/json";
		return send(method, path, body, all);
	}

	public Answer formAs(String[] headers, String path, String... parameters) {
		StringBuilder body = new StringBuilder();
		for (int i = 0; i < parameters.length; i += 2) {
			body.append(body.isEmpty() ? "" : "&")
				.append(parameters[i])
				.append('=')
				.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
		}
		String[] all = Arrays.copyOf(headers, headers.length + 2);
		all[headers.length] = "Content-Type";
		all[headers.length + 1] = "application/x-www-form-urlencoded";
		return send("POST", path, body.toString(), all);
	}

	public Answer form(String path, String... parameters) {
		return formAs(new String[0], path, parameters);
	}

	public Answer send(String method, String path, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(Duration.ofSeconds(20))
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			var response = this.http.send(request.build(), BodyHandlers.ofString());
			return new Answer(response.statusCode(), response);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A token by client_credentials with the secret in the form.
	 */
	public Answer token(String base, String id, String secret, String... scopes) {
		return (scopes.length == 0)
				? form(base + "/oauth/token", "grant_type", "client_credentials", "client_id", id, "client_secret",
						secret)
				: form(base + "/oauth/token", "grant_type", "client_credentials", "client_id", id, "client_secret",
						secret, "scope", Arrays.stream(scopes).collect(Collectors.joining(" ")));
	}

	public static String[] bearer(String token) {
		return new String[] { "Authorization", "Bearer " + token };
	}

	public static String[] basic(String id, String secret) {
		String user = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
				+ URLEncoder.encode(secret, StandardCharsets.UTF_8);
		return new String[] { "Authorization",
				"Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)) };
	}

}
