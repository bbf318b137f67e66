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

package dev.lumoauth.devserver.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * The text of a request and its answer for the console. All tokens and secrets are left
 * out; of a JWT, the claims are kept, without the signature.
 */
final class ShownText {

	/** Longer bodies are left out. */
	static final int MAX_BYTES = 16_384;

	static final String LEFT_OUT = "(left out)";

	/** Three parts. The first part is the beginning of a JSON object. */
	private static final Pattern JWT = Pattern.compile("eyJ[\\w-]*\\.([\\w-]+)\\.[\\w-]*");

	/** A token in the query of an address, or in a header's parameter. */
	private static final Pattern IN_TEXT = Pattern.compile("(\\w*(?:token|ticket)=\"?)[^&#\",\\s]+");

	/** Names of members, parameters and fields whose value is a secret. */
	private static final Pattern SECRET = Pattern
		.compile("(?i).*(?:token|secret|assertion|verifier|password|ticket|api[_-]?key)");

	/** In a request, these are secrets too. In an answer, a code is that of an error. */
	private static final Pattern SECRET_OF_REQUEST = Pattern.compile("code|auth_req_id");

	/** RFC 7518, section 6: private parameters of a key. */
	private static final List<String> PRIVATE_KEY = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

	private static final List<String> HEADERS = List.of("Host", "User-Agent", "Accept", "Content-Type",
			"Content-Digest", "Signature-Input", "traceparent", "Cache-Control", "Retry-After", "WWW-Authenticate");

	private static final List<String> CREDENTIALS = List.of("Authorization", "DPoP", "Agent-Auth", "X-API-Key",
			"Cookie");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Map<String, Map<String, Object>> tokens = new LinkedHashMap<>();

	private @Nullable String client;

	private boolean inRequest;

	/**
	 * Returns the tokens that were left out: the claims of each by the place where the
	 * token was.
	 */
	Map<String, Map<String, Object>> tokens() {
		return this.tokens;
	}

	/**
	 * Returns the client that sent the request, as it says itself. Nothing is verified.
	 * @return the client's id, or {@code null} if the request names none
	 */
	@Nullable String client() {
		Map<String, Object> own = this.tokens.get(HttpHeaders.AUTHORIZATION);
		if (own != null && own.get("client_id") instanceof String id) {
			return id;
		}
		if (this.client != null) {
			return this.client;
		}
		// The token of the answer is the last one.
		String last = null;
		for (Map.Entry<String, Map<String, Object>> token : this.tokens.entrySet()) {
			boolean anothers = last != null && token.getKey().equals("subject_token");
			last = (!anothers && token.getValue().get("client_id") instanceof String id) ? id : last;
		}
		return last;
	}

	String request(String method, String path, @Nullable String query, HttpHeaders headers, byte[] body) {
		this.inRequest = true;
		StringBuilder text = new StringBuilder(method).append(' ').append(path);
		if (query != null) {
			text.append('?').append(String.join("&", parameters(query)));
		}
		addHeaders(text, headers);
		if (String.valueOf(headers.getFirst(HttpHeaders.CONTENT_TYPE)).contains("form-urlencoded")) {
			if (body.length > 0) {
				text.append("\n\n")
					.append(tooLong(body) ? size(body)
							: String.join("\n", parameters(new String(body, StandardCharsets.UTF_8))));
			}
		}
		else {
			addJson(text, headers, body);
		}
		return text.toString();
	}

	String answer(int status, HttpHeaders headers, byte[] body) {
		this.inRequest = false;
		StringBuilder text = new StringBuilder("HTTP ").append(status);
		addHeaders(text, headers);
		addJson(text, headers, body);
		return text.toString();
	}

	private void addHeaders(StringBuilder text, HttpHeaders headers) {
		for (String name : HEADERS) {
			headers.getOrEmpty(name)
				.forEach((value) -> text.append('\n').append(name).append(": ").append(hide(name, value)));
		}
		for (String name : CREDENTIALS) {
			for (String value : headers.getOrEmpty(name)) {
				hide(name, value);
				boolean scheme = name.equals(HttpHeaders.AUTHORIZATION) && value.indexOf(' ') > 0;
				text.append('\n').append(name).append(": ");
				text.append(scheme ? value.substring(0, value.indexOf(' ') + 1) : "").append(LEFT_OUT);
				if (scheme && value.startsWith("Basic ")) {
					this.client = user(value.substring(6));
				}
			}
		}
	}

	private static @Nullable String user(String basic) {
		try {
			String user = new String(Base64.getDecoder().decode(basic.trim()), StandardCharsets.UTF_8);
			return URLDecoder.decode(user.substring(0, Math.max(0, user.indexOf(':'))), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private List<String> parameters(String text) {
		List<String> shown = new ArrayList<>();
		for (String parameter : StringUtils.tokenizeToStringArray(text, "&")) {
			int equals = parameter.indexOf('=');
			String name = decode((equals < 0) ? parameter : parameter.substring(0, equals));
			String value = decode((equals < 0) ? "" : parameter.substring(equals + 1));
			if (name.equals("client_id")) {
				this.client = value;
			}
			shown.add(name + "=" + hide(name, value));
		}
		return shown;
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return text;
		}
	}

	private void addJson(StringBuilder text, HttpHeaders headers, byte[] body) {
		String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
		if (body.length == 0) {
			return;
		}
		text.append("\n\n");
		if (tooLong(body)) {
			text.append(size(body));
			return;
		}
		try {
			if (type != null && type.contains("json")) {
				JsonNode json = JSON.readTree(body);
				if (this.inRequest && json.path("client_id").isString()) {
					this.client = json.path("client_id").asString();
				}
				text.append(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(without("", json)));
				return;
			}
		}
		catch (JacksonException ex) {
			// It is shown as what is not JSON.
		}
		text.append("(no JSON, %,d bytes)".formatted(body.length));
	}

	private static boolean tooLong(byte[] body) {
		return body.length > MAX_BYTES;
	}

	private String size(byte[] body) {
		return this.inRequest ? "(more than %,d bytes)".formatted(MAX_BYTES) : "(%,d bytes)".formatted(body.length);
	}

	private JsonNode without(String name, JsonNode node) {
		if (node.isObject()) {
			ObjectNode object = JsonNodeFactory.instance.objectNode();
			for (Map.Entry<String, JsonNode> entry : node.properties()) {
				object.set(entry.getKey(), isSecret(node, entry) ? JsonNodeFactory.instance.stringNode(LEFT_OUT)
						: without(entry.getKey(), entry.getValue()));
			}
			return object;
		}
		if (node.isArray()) {
			ArrayNode array = JsonNodeFactory.instance.arrayNode();
			node.forEach((element) -> array.add(without(name, element)));
			return array;
		}
		return node.isString() ? JsonNodeFactory.instance.stringNode(hide(name, node.asString())) : node;
	}

	/** A secret that is a text may be a JWT, of which the claims are kept. */
	private static boolean isSecret(JsonNode node, Map.Entry<String, JsonNode> member) {
		return (node.has("kty") && PRIVATE_KEY.contains(member.getKey()))
				|| (SECRET.matcher(member.getKey()).matches() && !member.getValue().isString());
	}

	private String hide(String name, String value) {
		Matcher jwt = JWT.matcher(value);
		if (jwt.find()) {
			keepClaims(name, jwt.group(1));
			return LEFT_OUT;
		}
		boolean secret = SECRET.matcher(name).matches()
				|| (this.inRequest && SECRET_OF_REQUEST.matcher(name).matches());
		return secret ? LEFT_OUT : IN_TEXT.matcher(value).replaceAll("$1" + LEFT_OUT);
	}

	@SuppressWarnings("unchecked")
	private void keepClaims(String name, String payload) {
		try {
			JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(payload));
			if (claims.isObject()) {
				String place = (this.inRequest || name.isEmpty()) ? name : name + ", in the answer";
				this.tokens.put(place, JSON.convertValue(without(name + " in it", claims), Map.class));
			}
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// It only looks like a token.
		}
	}

}
