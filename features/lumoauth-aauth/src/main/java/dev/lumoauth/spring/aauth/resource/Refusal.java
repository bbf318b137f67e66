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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * The answer to the sender of a refused request, by the AAuth draft: a code, without a
 * reason that would help an attacker to try something else.
 *
 * @param status the HTTP status
 * @param challenge the {@code Agent-Auth} header; {@code null} = there is none
 * @param error the code
 * @param description the code in words
 * @param requiredComponents the components that a signature has to cover; empty if that
 * is not the reason
 */
record Refusal(int status, @Nullable String challenge, String error, String description,
		List<String> requiredComponents) {

	private static final String SIGNED = "httpsig";

	/** A request is signed, but not correctly. */
	static final Refusal SIGNATURE = unauthorized("invalid_signature", "The request is not signed as required.");

	static final Refusal AUTH_TOKEN = unauthorized("invalid_auth_token", "The auth token is not accepted.");

	static final Refusal AGENT_TOKEN = unauthorized("invalid_agent_token", "The agent token is not accepted.");

	static final Refusal KEY_BINDING = unauthorized("key_binding_failed",
			"The tokens of the request are not bound to one key of one agent.");

	static final Refusal TOO_LARGE = new Refusal(413, null, "invalid_request", "The body is too large.");

	static final Refusal FORM = new Refusal(415, null, "invalid_request", "A form is not accepted: send JSON.");

	static final Refusal UNAVAILABLE = new Refusal(503, null, "temporarily_unavailable",
			"The request can't be checked at the moment.");

	Refusal(int status, @Nullable String challenge, String error, String description) {
		this(status, challenge, error, description, List.of());
	}

	static Refusal signature(List<String> requiredComponents) {
		return new Refusal(SIGNATURE.status, SIGNATURE.challenge, SIGNATURE.error, SIGNATURE.description,
				requiredComponents);
	}

	/**
	 * Ask for a signature, if there was none.
	 */
	static Refusal unsigned() {
		return unauthorized("invalid_signature", "A signed request with an auth token is needed.");
	}

	/**
	 * Ask for an auth token, if the request was signed.
	 * @param resourceToken the resource token for LumoAuth; {@code null} = this service
	 * issues none
	 * @param authServer the issuer of the auth token
	 */
	static Refusal authTokenWanted(@Nullable String resourceToken, String authServer) {
		String challenge = SIGNED + "; auth-token"
				+ ((resourceToken != null) ? "; resource_token=\"" + resourceToken + "\"" : "") + "; auth_server=\""
				+ authServer + "\"";
		return new Refusal(401, challenge, "invalid_auth_token", "An auth token is needed.");
	}

	private static Refusal unauthorized(String error, String description) {
		return new Refusal(401, SIGNED, error, description);
	}

	/**
	 * Return the body.
	 * @return JSON, in UTF-8
	 */
	byte[] body() {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("error", this.error);
		fields.put("error_description", this.description);
		if (!this.requiredComponents.isEmpty()) {
			fields.put("required_components", this.requiredComponents);
		}
		return LumoAuthJson.write(fields);
	}

	/**
	 * Return the headers.
	 */
	Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Type", "application/json");
		headers.put("Cache-Control", "no-store");
		if (this.challenge != null) {
			headers.put("Agent-Auth", this.challenge);
		}
		return headers;
	}

}
