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

package dev.lumoauth.spring.mcp.transport;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.lumoauth.spring.token.InsufficientScope;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a server did not accept a request with a token: its status and the
 * content of its {@code WWW-Authenticate} header (RFC 6750 section 3).
 *
 * @param kind what is wrong
 * @param scopes the required scopes, if the server names them
 * @param headers gives the values of a header of the answer
 */
record Challenge(Kind kind, Set<String> scopes, Function<String, List<String>> headers) {

	enum Kind {

		/** 401: a proof of possession without the nonce that the server requires. */
		NONCE,

		/** 401: no token, or a token that the server does not accept. */
		UNAUTHORIZED,

		/** 403 {@code insufficient_scope}, with the scopes that are required. */
		INSUFFICIENT_SCOPE,

		/** 403 for another reason. */
		FORBIDDEN

	}

	/**
	 * Read an answer.
	 * @param status the status
	 * @param headers gives the values of a header
	 * @return the challenge, or {@code null} if the token was accepted
	 */
	static @Nullable Challenge of(int status, Function<String, List<String>> headers) {
		if (status == 401) {
			return new Challenge(Kind.UNAUTHORIZED, Set.of(), headers);
		}
		if (status != 403) {
			return null;
		}
		Set<String> scopes = InsufficientScope.of(headers.apply("WWW-Authenticate"));
		return new Challenge(scopes.isEmpty() ? Kind.FORBIDDEN : Kind.INSUFFICIENT_SCOPE, scopes, headers);
	}

}
