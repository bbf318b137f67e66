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

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.ActorChain;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The caller of this application as a server, according to a verified token: the subject,
 * the actors, the client and the scopes. In a tool, {@link #require()} returns the
 * caller.
 *
 * @param issuer the token's {@code iss}
 * @param subject the token's {@code sub}: the party on whose behalf the call is made
 * @param actors the actors for the subject (RFC 8693 section 4.1), for logs and never for
 * decisions
 * @param clientId the token's {@code client_id} (RFC 9068 section 2.2); {@code null} if
 * the token has none
 * @param scopes the scopes of the token
 * @since 0.1.0
 */
public record LumoAuthCaller(String issuer, String subject, ActorChain actors, @Nullable String clientId,
		Set<String> scopes) {

	public LumoAuthCaller {
		scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
	}

	/**
	 * Read the claims of a verified token.
	 * @param token the token, with an issuer and a subject
	 * @return the caller
	 */
	static LumoAuthCaller of(Jwt token) {
		String scopes = token.getClaimAsString("scope");
		return new LumoAuthCaller(required(token, "iss"), required(token, "sub"), ActorChain.of(token),
				token.getClaimAsString("client_id"),
				new LinkedHashSet<>(List.of(StringUtils.tokenizeToStringArray((scopes != null) ? scopes : "", " "))));
	}

	private static String required(Jwt token, String claim) {
		String value = token.getClaimAsString(claim);
		Assert.hasText(value, () -> "A caller's token has no " + claim);
		return value;
	}

	/**
	 * Return the caller of the code that runs on this thread.
	 * @return the caller, or {@code null} if the thread does not handle a call to a
	 * server that is protected by {@code lumoauth.mcp.server}
	 */
	public static @Nullable LumoAuthCaller current() {
		CallerAuthenticationToken caller = CallerAuthenticationToken.current();
		return (caller != null) ? caller.getCaller() : null;
	}

	/**
	 * Return the caller of the code that runs on this thread.
	 * @return the caller
	 * @throws IllegalStateException if the thread does not handle such a call
	 */
	public static LumoAuthCaller require() {
		LumoAuthCaller caller = current();
		if (caller == null) {
			throw new IllegalStateException("This thread does not run a call of a server that lumoauth.mcp.server "
					+ "protects. In a reactive method, use LumoAuthCaller.reactive(). For a thread of your own, "
					+ "read the caller before you start it.");
		}
		return caller;
	}

	/**
	 * Return the caller, from Reactor's context or from the thread that subscribes.
	 * @return the caller; empty if there is none
	 */
	public static Mono<LumoAuthCaller> reactive() {
		return ReactiveSecurityContextHolder.getContext()
			.mapNotNull((context) -> (context.getAuthentication() instanceof CallerAuthenticationToken token)
					? token.getCaller() : null)
			.switchIfEmpty(Mono.fromSupplier(LumoAuthCaller::current));
	}

	/**
	 * Return the names by which events refer to this caller.
	 * @return the subject, the actors and the client id
	 */
	public Set<String> names() {
		Set<String> names = new LinkedHashSet<>(this.actors.actors());
		names.add(this.subject);
		if (this.clientId != null) {
			names.add(this.clientId);
		}
		return names;
	}

}
