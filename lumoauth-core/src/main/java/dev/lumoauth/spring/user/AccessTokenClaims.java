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

package dev.lumoauth.spring.user;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Distinguishes an access token from other JWTs, above all from ID tokens, which say who
 * signed in and give no access (OpenID Connect Core 1.0 section 2).
 *
 * @since 0.1.0
 */
public final class AccessTokenClaims {

	/** RFC 9068 section 2.1. The header may leave {@code application/} out. */
	private static final String ACCESS_TOKEN = "at+jwt";

	/** The type of any JWT. A JWT may also have no type (RFC 7519 section 5.1). */
	private static final String ANY = "jwt";

	private static final Set<String> OF_ACCESS_TOKENS = Set.of("scope", "scp", "client_id");

	/** OpenID Connect Core 1.0 sections 2 and 3.3.2.11, FAPI 1.0 part 2 section 5.1. */
	private static final Set<String> OF_ID_TOKENS = Set.of("nonce", "at_hash", "c_hash", "s_hash");

	private AccessTokenClaims() {
	}

	/**
	 * Return whether this is an access token: either its type says so, or it has no
	 * special type, has the claims of access tokens and has none of the claims of ID
	 * tokens.
	 * @param type the header's {@code typ}
	 * @param claims the claims
	 * @return whether it is
	 */
	public static boolean areThoseOfAnAccessToken(@Nullable Object type, Map<String, ?> claims) {
		String name = (type != null) ? type.toString().toLowerCase(Locale.ROOT) : ANY;
		if (name.startsWith("application/")) {
			name = name.substring("application/".length());
		}
		return name.equals(ACCESS_TOKEN)
				|| (name.equals(ANY) && hasAny(claims, OF_ACCESS_TOKENS) && !hasAny(claims, OF_ID_TOKENS));
	}

	private static boolean hasAny(Map<String, ?> claims, Set<String> names) {
		return names.stream().anyMatch((name) -> claims.get(name) != null);
	}

}
