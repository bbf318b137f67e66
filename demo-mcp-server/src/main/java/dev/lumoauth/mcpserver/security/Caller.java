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

package dev.lumoauth.mcpserver.security;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.util.StringUtils;

/**
 * Who sent a request, as its token says.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}: the one for whom something is done
 * @param actors the chain of {@code act} as it is nested in the token, the outermost
 * first; empty if the subject acts itself. For logs, never for decisions: by RFC 8693,
 * section 4.1, the outermost is the one that acts now, by LumoAuth's documents the
 * innermost
 * @param clientId {@code client_id}, or nothing
 * @param audience {@code aud}
 * @param scopes what the token is good for
 * @since 0.1.0
 */
public record Caller(String issuer, String subject, List<String> actors, String clientId, List<String> audience,
		Set<String> scopes) {

	private static final int MAX_ACTORS = 10;

	public Caller {
		actors = List.copyOf(actors);
		audience = List.copyOf(audience);
	}

	/**
	 * Returns who sent the current request.
	 * @return the caller
	 * @throws IllegalStateException if the thread handles no request with a verified
	 * token
	 */
	public static Caller current() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication instanceof JwtAuthenticationToken token && token.isAuthenticated()) {
			return of(token.getToken());
		}
		throw new IllegalStateException("No request with a verified token is being handled");
	}

	/**
	 * Reads the claims of a token.
	 * @param token a token, whose signature is the caller's concern
	 * @return who it speaks of
	 * @throws IllegalArgumentException if it has no {@code sub}, or an {@code act} that
	 * names nobody
	 */
	static Caller of(Jwt token) {
		List<String> audience = token.getAudience();
		String scopes = token.getClaimAsString("scope");
		return new Caller(text(token.getClaims(), "iss"), text(token.getClaims(), "sub"),
				actors(token.getClaims().get("act")), String.valueOf(token.getClaims().getOrDefault("client_id", "")),
				(audience != null) ? audience : List.of(),
				new LinkedHashSet<>(List.of(StringUtils.tokenizeToStringArray((scopes != null) ? scopes : "", " "))));
	}

	/**
	 * Whether another request is of the same party. Its token may be a newer one.
	 * @param other the other request's caller
	 * @return whether subject, actors and client are the same
	 */
	boolean isSameAs(Caller other) {
		return this.issuer.equals(other.issuer) && this.subject.equals(other.subject)
				&& this.actors.equals(other.actors) && this.clientId.equals(other.clientId);
	}

	private static List<String> actors(@Nullable Object claim) {
		List<String> actors = new ArrayList<>();
		for (Object actor = claim; actor != null;) {
			if (!(actor instanceof Map<?, ?> claims) || actors.size() == MAX_ACTORS) {
				throw new IllegalArgumentException("act is not a chain of actors");
			}
			actors.add(text(claims, "sub"));
			actor = claims.get("act");
		}
		return actors;
	}

	private static String text(Map<?, ?> claims, String name) {
		Object value = claims.get(name);
		if (value == null || !StringUtils.hasText(value.toString())) {
			throw new IllegalArgumentException(name + " is missing");
		}
		return value.toString();
	}

}
