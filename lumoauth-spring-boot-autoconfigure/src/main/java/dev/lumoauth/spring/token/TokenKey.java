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

package dev.lumoauth.spring.token;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

import dev.lumoauth.spring.LumoAuthDeniedException;

/**
 * Everything that makes one token another: two requests that differ in any of it must
 * never share a token.
 *
 * @param grant the grant
 * @param subject on whose behalf: {@link #AGENT}, or what {@link TokenSubject#key()}
 * says; no token, so that none is kept for longer than it is used
 * @param actor who acts, if not the subject: {@link #AGENT}
 * @param audience the logical name of the target
 * @param resource the address of the target
 * @param scopes the scopes asked for
 */
record TokenKey(AuthorizationGrantType grant, String subject, @Nullable String actor, @Nullable String audience,
		@Nullable String resource, Set<String> scopes) {

	/** The agent itself, whichever token it has at the moment. */
	static final String AGENT = "agent";

	TokenKey {
		scopes = Set.copyOf(scopes);
	}

	static TokenKey agentToken(Set<String> scopes) {
		return new TokenKey(AuthorizationGrantType.CLIENT_CREDENTIALS, AGENT, null, null, null, scopes);
	}

	/**
	 * Return the key of an exchange.
	 * @param target for which server; {@code null} = none, for a delegation
	 * @param subject on whose behalf; {@code null} = the agent's own
	 */
	static TokenKey exchange(@Nullable TokenTarget target, @Nullable TokenSubject subject) {
		return exchange((subject != null) ? subject.key() : AGENT, (subject != null) ? AGENT : null,
				(target != null) ? target.audience() : null, (target != null) ? target.resource() : null,
				(target != null) ? target.scopes() : Set.of());
	}

	static TokenKey exchange(String subject, @Nullable String actor, @Nullable String audience,
			@Nullable String resource, Set<String> scopes) {
		return new TokenKey(AuthorizationGrantType.TOKEN_EXCHANGE, subject, actor, audience, resource, scopes);
	}

	boolean isExchange() {
		return this.grant.equals(AuthorizationGrantType.TOKEN_EXCHANGE);
	}

	/**
	 * By which name messages call the target.
	 */
	String target() {
		if (this.audience != null) {
			return this.audience;
		}
		return (this.resource != null) ? this.resource : "delegation";
	}

	/**
	 * Return a refusal that says for what it is.
	 */
	LumoAuthDeniedException denied(LumoAuthDeniedException refusal) {
		return new LumoAuthDeniedException("No token for '" + target() + "': " + refusal.getMessage(),
				refusal.getErrorCode(), refusal);
	}

	LumoAuthDeniedException denied(String reason, String errorCode) {
		return new LumoAuthDeniedException("No token for '" + target() + "': " + reason, errorCode, null);
	}

	/**
	 * What the token is for, for a log line.
	 */
	String describe() {
		return isExchange() ? "the token for '" + target() + "'" : "the agent's token";
	}

}
