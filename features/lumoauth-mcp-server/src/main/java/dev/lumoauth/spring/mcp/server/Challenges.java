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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Refusals that say which token is needed: the scope, and where the metadata is (RFC 6750
 * section 3, RFC 9728 section 5.1, RFC 9449 section 7.1).
 */
final class Challenges {

	/**
	 * Some of the algorithms with which Spring Security verifies proofs of possession.
	 */
	static final List<String> PROOF_ALGORITHMS = List.of("ES256", "RS256");

	/** The characters that {@code error_description} may contain (RFC 6750 section 3). */
	private static final Pattern DESCRIPTION = Pattern.compile("[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]+");

	private static final String RETRY_AFTER_SECONDS = "5";

	private final List<String> scopes;

	private final boolean proofRequired;

	Challenges(List<String> scopes, boolean proofRequired) {
		this.scopes = List.copyOf(scopes);
		this.proofRequired = proofRequired;
	}

	/**
	 * There is no token. The answer has no error, because an error would mean that there
	 * was a token.
	 */
	McpVerdict.Answer noToken(String metadata) {
		return challenge(HttpStatus.UNAUTHORIZED, null, null, metadata, Set.of());
	}

	McpVerdict.Answer invalidToken(String error, @Nullable String description, String metadata) {
		return challenge(HttpStatus.UNAUTHORIZED, error, description, metadata, Set.of());
	}

	McpVerdict.Answer invalidRequest(String description, String metadata) {
		return challenge(HttpStatus.BAD_REQUEST, "invalid_request", description, metadata, Set.of());
	}

	/**
	 * A call needs more scopes: the scopes of each request, and those of this call.
	 */
	McpVerdict.Answer insufficientScope(Set<String> more, String metadata) {
		return challenge(HttpStatus.FORBIDDEN, "insufficient_scope", null, metadata, more);
	}

	/**
	 * It can't be found out now whether the token is valid.
	 */
	static McpVerdict.Answer unavailable() {
		return new McpVerdict.Answer(HttpStatus.SERVICE_UNAVAILABLE.value(),
				Map.of(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS),
				Map.of("error", "temporarily_unavailable", "error_description", "The token cannot be verified now"));
	}

	private McpVerdict.Answer challenge(HttpStatus status, @Nullable String error, @Nullable String description,
			String metadata, Set<String> more) {
		Map<String, String> body = new LinkedHashMap<>();
		if (error != null) {
			body.put("error", error);
			if (description != null && DESCRIPTION.matcher(description).matches()) {
				body.put("error_description", description);
			}
		}
		Map<String, String> parameters = new LinkedHashMap<>(body);
		parameters.put("resource_metadata", metadata);
		String scope = Stream.concat(this.scopes.stream(), more.stream()).distinct().collect(Collectors.joining(" "));
		if (!scope.isEmpty()) {
			parameters.put("scope", scope);
		}
		String scheme = "Bearer ";
		if (this.proofRequired) {
			scheme = "DPoP ";
			parameters.put("algs", String.join(" ", PROOF_ALGORITHMS));
		}
		return new McpVerdict.Answer(status.value(),
				Map.of(HttpHeaders.WWW_AUTHENTICATE,
						parameters.entrySet()
							.stream()
							.map((parameter) -> "%s=\"%s\"".formatted(parameter.getKey(), parameter.getValue()))
							.collect(Collectors.joining(", ", scheme, ""))),
				body);
	}

}
