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

package dev.lumoauth.benchmarks.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.tool.annotation.Tool;

/**
 * The guide's own way: a token when it starts, a check in each tool, an exchange for each
 * call of the MCP server, and nothing remembered.
 */
class PlainTools {

	private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final HttpClient client = HttpClient.newHttpClient();

	private final LoopbackLumoAuth lumoAuth;

	private final String token;

	PlainTools(LoopbackLumoAuth lumoAuth) {
		this.lumoAuth = lumoAuth;
		this.token = token(
				Map.of("grant_type", "client_credentials", "client_id", "agt_benchmark", "client_secret", "a-secret"));
	}

	@Tool(description = "Search internal company documents for the given query.")
	String searchCompanyDocuments(String query) {
		return isAllowed("read:documents") ? "Found 3 documents matching '" + query + "'"
				: "Error: agent lacks 'read:documents' capability.";
	}

	@Tool(description = "Query the secured financial metrics MCP server.")
	String queryFinancials(String metric) {
		if (!isAllowed("mcp:financial")) {
			return "Error: agent lacks 'mcp:financial' capability.";
		}
		String exchanged = token(Map.of("grant_type", EXCHANGE, "subject_token", this.token, "subject_token_type",
				"urn:ietf:params:oauth:token-type:access_token", "audience", "urn:mcp:financial-data"));
		return exchanged.isEmpty() ? "Error: failed to obtain MCP token." : "Retrieved " + metric + ": $1.2M";
	}

	private boolean isAllowed(String permission) {
		JsonNode answer = post("authz/check", "application/json",
				JSON.writeValueAsString(Map.of("permission", permission)));
		return answer.path("allowed").asBoolean(false);
	}

	private String token(Map<String, String> form) {
		String body = form.entrySet()
			.stream()
			.map((field) -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		return post("oauth/token", "application/x-www-form-urlencoded", body).path("access_token").asString("");
	}

	private JsonNode post(String resource, String type, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.lumoAuth.resource(resource))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (!resource.equals("oauth/token")) {
			request.header("Authorization", "Bearer " + this.token);
		}
		try {
			return JSON.readTree(this.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()).body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
