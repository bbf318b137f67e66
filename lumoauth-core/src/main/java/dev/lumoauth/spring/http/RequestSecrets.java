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

package dev.lumoauth.spring.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;

/**
 * The secrets that a request carries. An answer that repeats one of them must not take it
 * into a message.
 */
final class RequestSecrets {

	private static final Set<String> FIELDS = Set.of("client_secret", "client_assertion", "subject_token",
			"attestation_token", "actor_token", "auth_token", "resource_token", "refresh_token", "token", "code");

	private RequestSecrets() {
	}

	static Set<String> of(HttpRequest request, byte[] body) {
		Set<String> secrets = new LinkedHashSet<>();
		String authorization = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		if (authorization != null) {
			String credentials = authorization.substring(authorization.indexOf(' ') + 1);
			add(secrets, credentials);
			if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
				addPassword(secrets, credentials);
			}
		}
		String proof = request.getHeaders().getFirst("DPoP"); // RFC 9449
		if (proof != null) {
			add(secrets, proof);
		}
		String id = RequestMarks.id(request);
		if (id != null) {
			add(secrets, id);
			add(secrets, LumoAuthAddresses.encode(id));
		}
		for (Object secret : RequestMarks.secrets(request)) {
			add(secrets, String.valueOf(secret));
			add(secrets, URLEncoder.encode(String.valueOf(secret), StandardCharsets.UTF_8));
		}
		if (MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(request.getHeaders().getContentType())) {
			addFields(secrets, new String(body, StandardCharsets.UTF_8));
		}
		else if (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(request.getHeaders().getContentType())) {
			addFields(secrets, LumoAuthJson.read(body)); // this library's own
		}
		return secrets;
	}

	private static void addPassword(Set<String> secrets, String credentials) {
		try {
			String decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
			addEncoded(secrets, decoded.substring(decoded.indexOf(':') + 1));
		}
		catch (IllegalArgumentException ex) {
			// This library sends no such header; the whole header counts as a secret.
		}
	}

	private static void addFields(Set<String> secrets, String form) {
		for (String field : StringUtils.delimitedListToStringArray(form, "&")) {
			int equals = field.indexOf('=');
			if (equals > 0 && FIELDS.contains(field.substring(0, equals))) {
				addEncoded(secrets, field.substring(equals + 1));
			}
		}
	}

	private static void addFields(Set<String> secrets, Map<String, Object> json) {
		FIELDS.stream()
			.map(json::get)
			.filter(String.class::isInstance)
			.map(String.class::cast)
			.forEach((secret) -> add(secrets, secret));
	}

	private static void addEncoded(Set<String> secrets, String encoded) {
		add(secrets, encoded);
		add(secrets, URLDecoder.decode(encoded, StandardCharsets.UTF_8));
	}

	private static void add(Set<String> secrets, String secret) {
		if (!secret.isBlank()) {
			secrets.add(secret);
		}
	}

}
