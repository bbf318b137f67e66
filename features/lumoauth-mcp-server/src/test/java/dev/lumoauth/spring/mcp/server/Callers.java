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

import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.user.Caller;

import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Callers of a server, as its security makes them.
 */
public final class Callers {

	public static final String ISSUER = "https://lumoauth.example/t/acme-corp/api/v1";

	private Callers() {
	}

	public static CallerAuthenticationToken caller(String subject, String... scopes) {
		return caller(Map.of("sub", subject, "scope", String.join(" ", scopes)), Instant.now(),
				Instant.now().plusSeconds(3600));
	}

	public static CallerAuthenticationToken caller(Map<String, ?> claims, Instant issued, Instant end) {
		Map<String, Object> all = new LinkedHashMap<>(
				Map.of("iss", ISSUER, "iat", Date.from(issued), "exp", Date.from(end)));
		all.putAll(claims);
		try {
			String value = new PlainJWT(JWTClaimsSet.parse(json(all))).serialize();
			Jwt token = Jwt.withTokenValue(value)
				.header("alg", "none")
				.claims((copy) -> copy.putAll(all))
				.issuedAt(issued)
				.expiresAt(end)
				.build();
			return new CallerAuthenticationToken(token, List.of());
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, Object> json(Map<String, Object> claims) {
		Map<String, Object> json = new LinkedHashMap<>();
		claims.forEach((name, value) -> json.put(name, (value instanceof Date date) ? date.getTime() / 1000 : value));
		return json;
	}

	public static <T> T as(CallerAuthenticationToken caller, Supplier<T> action) {
		return Caller.of(caller).call(action);
	}

}
