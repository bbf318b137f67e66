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

package dev.lumoauth.spring.test;

import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import com.nimbusds.jwt.SignedJWT;

import org.springframework.security.oauth2.jwt.Jwt;

/**
 * A user of a test, and those whom the test's requests name.
 *
 * @param name the user's name
 * @param tokens gives the access token of a user
 * @param known the tokens that were given, by name
 */
record TestUser(String name, UnaryOperator<String> tokens, Map<String, Jwt> known) {

	TestUser(String name, UnaryOperator<String> tokens) {
		this(name, tokens, new ConcurrentHashMap<>());
	}

	Jwt token() {
		return tokenOf(this.name);
	}

	Jwt tokenOf(String user) {
		return this.known.computeIfAbsent(user, (key) -> jwt(this.tokens.apply(key)));
	}

	private static Jwt jwt(String token) {
		try {
			SignedJWT parsed = SignedJWT.parse(token);
			Jwt.Builder jwt = Jwt.withTokenValue(token)
				.headers((headers) -> headers.putAll(parsed.getHeader().toJSONObject()))
				.claims((claims) -> {
					try {
						claims.putAll(parsed.getJWTClaimsSet().getClaims());
					}
					catch (ParseException ex) {
						throw new IllegalStateException("The token of a test's user has no claims", ex);
					}
				});
			Instant issuedAt = parsed.getJWTClaimsSet().getIssueTime().toInstant();
			return jwt.issuedAt(issuedAt).expiresAt(parsed.getJWTClaimsSet().getExpirationTime().toInstant()).build();
		}
		catch (ParseException ex) {
			throw new IllegalStateException("The token of a test's user can't be read", ex);
		}
	}

	/** Without the tokens. */
	@Override
	public String toString() {
		return this.name;
	}

}
