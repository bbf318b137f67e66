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

import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthJson;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * The decision about a request to the MCP endpoint.
 */
sealed interface McpVerdict {

	/** The attribute of an admitted request that holds the caller. */
	String CALLER = CallerAuthenticationToken.class.getName();

	/** A CORS preflight request, which reaches no handler and carries no token. */
	record Preflight() implements McpVerdict {
	}

	/**
	 * The request continues.
	 *
	 * @param caller the sender of the request
	 * @param metadata the address of the metadata, for a challenge
	 */
	record Admitted(CallerAuthenticationToken caller, String metadata) implements McpVerdict {
	}

	/**
	 * The request is answered here.
	 *
	 * @param status the status of HTTP
	 * @param headers the headers
	 * @param body the fields of a JSON object; empty = no body
	 */
	record Answer(int status, Map<String, String> headers, Map<String, ?> body) implements McpVerdict {

		/** The body of a request is larger than the server accepts. */
		static final Answer TOO_LARGE = new Answer(HttpStatus.CONTENT_TOO_LARGE.value(), Map.of(),
				Map.of("error", "invalid_request", "error_description", "The body is too large"));

		/**
		 * Return the body.
		 * @return a JSON object, or {@code null} for none
		 */
		@Nullable String json() {
			return this.body.isEmpty() ? null : new String(LumoAuthJson.write(this.body), StandardCharsets.UTF_8);
		}

	}

}
