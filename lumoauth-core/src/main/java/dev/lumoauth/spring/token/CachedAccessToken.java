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

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * A token as the cache gives it out. It remembers what speaks for and against fetching
 * another in its place: a server that rejects whatever it is sent must not cost LumoAuth
 * an exchange for each request.
 */
final class CachedAccessToken extends OAuth2AccessToken {

	/**
	 * For how long a token that has just come is not taken for a dead one: neither by a
	 * server's rejecting it, if it has replaced a rejected one, nor beside another by
	 * LumoAuth's.
	 */
	static final Duration PROBATION = Duration.ofSeconds(10);

	/**
	 * How often in a row tokens are replaced that a server took first and rejected within
	 * {@link #PROBATION}.
	 */
	static final int MAX_REPLACEMENTS = 3;

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Origin origin;

	private transient volatile boolean accepted;

	CachedAccessToken(OAuth2AccessToken issued, Instant issuedAt, Instant expiresAt, Origin origin) {
		super(issued.getTokenType(), issued.getTokenValue(), issuedAt, expiresAt, issued.getScopes());
		this.origin = origin;
	}

	/**
	 * Return where in the cache it stands; {@code null} if it is a copy that was
	 * serialized.
	 */
	@Nullable TokenKey key() {
		return (this.origin != null) ? this.origin.key() : null;
	}

	/**
	 * Return on whose behalf it is, as {@link TokenRequest#subjectNames()} does.
	 */
	@Nullable Set<String> subjectNames() {
		return (this.origin != null) ? this.origin.names() : Set.of();
	}

	void accept() {
		this.accepted = true;
	}

	/**
	 * Return the number of replacements in a row once this one is replaced too, or 0 if
	 * it is not to be replaced yet.
	 */
	int replacements(Instant now) {
		if (this.origin == null || this.origin.replacements() == 0
				|| !now.isBefore(this.origin.fetchedAt().plus(PROBATION))) {
			return 1;
		}
		boolean replaceable = this.accepted && this.origin.replacements() < MAX_REPLACEMENTS;
		return replaceable ? this.origin.replacements() + 1 : 0;
	}

	/**
	 * Where a token came from.
	 *
	 * @param key what it was asked for by
	 * @param fetchedAt when it came
	 * @param replacements how many rejected tokens in a row it is the replacement of
	 * @param names as in {@link TokenRequest#subjectNames()}
	 */
	record Origin(TokenKey key, Instant fetchedAt, int replacements, @Nullable Set<String> names) {

	}

}
