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
package dev.lumoauth.spring.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.util.Assert;

import dev.lumoauth.spring.token.grant.TokenResponse;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.TokenCacheEntry;

/**
 * A token as replicas share it. Times are in milliseconds since 1970.
 *
 * @param value the token
 * @param scopes its scopes
 * @param requestedAt the time just before it was requested
 * @param lifeMillis its lifetime from then on, as LumoAuth said
 * @param notAfter as in {@link IssuedToken}
 * @param subjectEnd as in {@link IssuedToken}
 * @param jkt as in {@link TokenKey#jkt()}
 * @param mark the latest mark that was known before it was requested: the token is newer
 * than all marks until then and older than all others, whatever the clocks say
 */
record SharedToken(String value, Set<String> scopes, long requestedAt, long lifeMillis, @Nullable Long notAfter,
		@Nullable Long subjectEnd, @Nullable String jkt, long mark) {

	/** Checked, because another version of this library may have written anything. */
	SharedToken {
		Assert.hasText(value, "The token must not be blank");
		Assert.isTrue(lifeMillis > 0 && lifeMillis <= TokenResponse.MAX_LIFE_SECONDS * 1000,
				"The token's lifetime is not valid");
		scopes = Set.copyOf(scopes);
	}

	static SharedToken of(IssuedToken loaded, Instant requestedAt, @Nullable String jkt, long mark) {
		OAuth2AccessToken token = loaded.token();
		return new SharedToken(token.getTokenValue(), token.getScopes(), requestedAt.toEpochMilli(),
				TokenCacheEntry.life(token).toMillis(), millis(loaded.notAfter()), millis(loaded.subjectEnd()), jkt,
				mark);
	}

	/**
	 * Return when a replica would begin to renew it.
	 */
	Instant freshUntil() {
		return TokenCacheEntry.freshUntil(loaded(), Instant.ofEpochMilli(this.requestedAt));
	}

	boolean isFresh(Instant now) {
		return now.isBefore(freshUntil());
	}

	IssuedToken loaded() {
		Instant start = Instant.ofEpochMilli(this.requestedAt);
		return new IssuedToken(
				new OAuth2AccessToken((this.jkt != null) ? TokenType.DPOP : TokenType.BEARER, this.value, start,
						start.plus(Duration.ofMillis(this.lifeMillis)), this.scopes),
				instant(this.notAfter), instant(this.subjectEnd), start);
	}

	private static @Nullable Long millis(@Nullable Instant instant) {
		return (instant != null) ? instant.toEpochMilli() : null;
	}

	private static @Nullable Instant instant(@Nullable Long millis) {
		return (millis != null) ? Instant.ofEpochMilli(millis) : null;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "SharedToken[requestedAt=" + Instant.ofEpochMilli(this.requestedAt) + "]";
	}

}
