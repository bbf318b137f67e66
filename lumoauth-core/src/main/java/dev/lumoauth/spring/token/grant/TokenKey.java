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

package dev.lumoauth.spring.token.grant;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

import dev.lumoauth.spring.LumoAuthDeniedException;

/**
 * Everything that identifies a token: two requests that differ in any part must never
 * share a token.
 *
 * @param grant by which grant it comes
 * @param subject on whose behalf: {@link #AGENT} or the key of a subject. This is never a
 * token, so no token is kept longer than it is used
 * @param actor the actor, if the subject doesn't act itself: {@link #AGENT}
 * @param audience the logical name of the target
 * @param resource the address of the target
 * @param scopes the requested scopes
 * @param jkt the thumbprint of the key to which the token has to be bound (RFC 9449
 * section 6.1); {@code null} = it is a bearer token
 */
public record TokenKey(AuthorizationGrantType grant, String subject, @Nullable String actor, @Nullable String audience,
		@Nullable String resource, Set<String> scopes, @Nullable String jkt) {

	/** The agent itself, whatever its current token is. */
	public static final String AGENT = "agent";

	public TokenKey {
		scopes = Set.copyOf(scopes);
	}

	/**
	 * Return the key of the agent's own token.
	 */
	public static TokenKey own(AuthorizationGrantType grant, Set<String> scopes) {
		return new TokenKey(grant, AGENT, null, null, null, scopes, null);
	}

	/**
	 * Return the key of an exchange.
	 * @param subject on whose behalf; {@link #AGENT} = the agent's own
	 * @param actor who acts for it; {@code null} = nobody
	 * @param audience for which server; {@code null} = none is named so
	 * @param resource at which address; {@code null} = none is named so
	 * @param scopes what is asked for
	 */
	public static TokenKey exchange(String subject, @Nullable String actor, @Nullable String audience,
			@Nullable String resource, Set<String> scopes) {
		return new TokenKey(AuthorizationGrantType.TOKEN_EXCHANGE, subject, actor, audience, resource, scopes, null);
	}

	/**
	 * Return the name of the token's target in messages; {@code null} for the agent's own
	 * token, which is for LumoAuth.
	 */
	public @Nullable String target() {
		if (this.audience != null) {
			return this.audience;
		}
		if (this.resource != null) {
			return this.resource;
		}
		return (this.actor != null) ? "delegation" : null;
	}

	/**
	 * Return a refusal that names the target.
	 */
	public LumoAuthDeniedException denied(LumoAuthDeniedException refusal) {
		return new LumoAuthDeniedException("No token for '" + target() + "': " + refusal.getMessage(),
				refusal.getErrorCode(), refusal);
	}

	public LumoAuthDeniedException denied(String reason, String errorCode) {
		return new LumoAuthDeniedException("No token for '" + target() + "': " + reason, errorCode, null);
	}

	/**
	 * Return what the token is for, for a log line.
	 * @return a few words
	 */
	public String describe() {
		String target = target();
		return (target != null) ? "the token for '" + target + "'" : "the agent's token";
	}

	/**
	 * Return the key of the same token, bound to another key.
	 */
	public TokenKey boundTo(@Nullable String jkt) {
		return Objects.equals(this.jkt, jkt) ? this
				: new TokenKey(this.grant, this.subject, this.actor, this.audience, this.resource, this.scopes, jkt);
	}

	@Override
	public String toString() {
		return "TokenKey[" + describe() + "]";
	}

}
