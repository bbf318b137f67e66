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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.util.Assert;

/**
 * A user's access token, as the subject of an exchange (RFC 8693 section 2.1). Two
 * objects are equal if they are the same token, whatever the user's name is.
 *
 * @since 0.1.0
 */
public final class UserToken {

	private final String value;

	private final @Nullable Instant expiresAt;

	private final String key;

	private UserToken(String value, @Nullable Instant expiresAt) {
		Assert.hasText(value, "The user's token must not be blank");
		this.value = value;
		this.expiresAt = expiresAt;
		this.key = hash(value);
	}

	/**
	 * Return the token of a user.
	 * @param token an access token, opaque or a JWT; not an ID token
	 * @return the token
	 */
	public static UserToken of(OAuth2Token token) {
		Instant expiresAt = token.getExpiresAt();
		return (expiresAt != null) ? new UserToken(token.getTokenValue(), expiresAt) : of(token.getTokenValue());
	}

	/**
	 * Return the token of a user. The expiry is read from the token if it is a JWT. The
	 * token is not verified here: LumoAuth verifies it when it is exchanged. Features
	 * know the user by the claims of the token. So pass only a token that the application
	 * has verified, or has got itself.
	 * @param value an access token, opaque or a JWT; not an ID token
	 * @return the token
	 */
	public static UserToken of(String value) {
		return new UserToken(value, expiresAt(value));
	}

	private static @Nullable Instant expiresAt(String value) {
		Date end = TokenNames.claims(value).getExpirationTime();
		return (end != null) ? end.toInstant() : null;
	}

	private static String hash(String value) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has SHA-256
		}
	}

	/**
	 * Return the token itself.
	 * @return the value, for the request that exchanges it and for nothing else
	 */
	public String value() {
		return this.value;
	}

	/**
	 * Return when the token expires.
	 * @return the time, or {@code null} if it is not known
	 */
	public @Nullable Instant expiresAt() {
		return this.expiresAt;
	}

	/**
	 * Return the names by which LumoAuth may refer to the user: the claims {@code sub},
	 * {@code email} and {@code preferred_username} of a JWT. Not verified.
	 * @return the names; empty for an opaque token, whose user is not known
	 */
	public Set<String> names() {
		return TokenNames.of(this.value);
	}

	/**
	 * Return the key of this token in a cache.
	 * @return its SHA-256 hash, in hexadecimal
	 */
	public String key() {
		return this.key;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof UserToken token && this.value.equals(token.value));
	}

	@Override
	public int hashCode() {
		return this.key.hashCode();
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "UserToken[" + this.key.substring(0, 8) + ", expiresAt=" + this.expiresAt + "]";
	}

}
