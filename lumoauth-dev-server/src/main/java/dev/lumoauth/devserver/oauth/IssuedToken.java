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

package dev.lumoauth.devserver.oauth;

import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The data about an active access token, without the token itself.
 *
 * @param tenant the tenant that it was issued in
 * @param clientId the client that it was issued to
 * @param subject {@code sub}
 * @param scopes its scopes
 * @param audience {@code aud}
 * @param actor {@code act}, the chain of actors for the subject (RFC 8693, section 4.1)
 * in the order of the tenant's setting, {@code null} if there is none
 * @param expiresAt {@code exp}
 * @param id {@code jti}
 * @param claims all claims
 * @param obtained how the client authenticated
 * @since 0.1.0
 */
public record IssuedToken(String tenant, String clientId, String subject, Set<String> scopes, List<String> audience,
		@Nullable Map<String, Object> actor, Instant expiresAt, String id, Map<String, Object> claims,
		Obtained obtained) {

	static IssuedToken of(String tenant, Map<String, Object> claims, Instant expiresAt, Obtained obtained) {
		return new IssuedToken(tenant, text(claims, "client_id"), text(claims, "sub"), scopes(text(claims, "scope")),
				audience(claims.get("aud")), actor(claims.get("act")), expiresAt, text(claims, "jti"),
				Collections.unmodifiableMap(claims), obtained);
	}

	/**
	 * Returns whether the token is for another server than LumoAuth.
	 * @return whether an audience was requested when it was issued
	 */
	public boolean isForAnAudience() {
		return !this.audience.equals(List.of(this.clientId));
	}

	/**
	 * Returns when the token was issued.
	 * @return {@code iat}, or the beginning of time
	 */
	public Instant issuedAt() {
		Object claim = this.claims.get("iat");
		if (claim instanceof Instant instant) {
			return instant;
		}
		return (claim instanceof Number seconds) ? Instant.ofEpochSecond(seconds.longValue()) : Instant.EPOCH;
	}

	/**
	 * Returns the key that the token is bound to.
	 * @return the thumbprint of the key (RFC 9449, section 6.1), or {@code null} if the
	 * token is a bearer token
	 */
	public @Nullable String thumbprint() {
		String thumbprint = confirmation("jkt");
		return (thumbprint != null) ? thumbprint : thumbprintOfKey();
	}

	/** An AAuth token contains the key itself. */
	private @Nullable String thumbprintOfKey() {
		try {
			return (this.claims.get("cnf") instanceof Map<?, ?> confirmation
					&& confirmation.get("jwk") instanceof Map<?, ?> key)
							? JWK.parse(texts(key)).computeThumbprint().toString() : null;
		}
		catch (ParseException | JOSEException ex) {
			return null;
		}
	}

	/**
	 * Returns the certificate that the token is bound to.
	 * @return the SHA-256 of the certificate (RFC 8705, section 3.1), or {@code null} if
	 * the token is not bound to one
	 */
	public @Nullable String certificate() {
		return confirmation("x5t#S256");
	}

	private @Nullable String confirmation(String name) {
		return (this.claims.get("cnf") instanceof Map<?, ?> confirmation
				&& confirmation.get(name) instanceof String thumbprint) ? thumbprint : null;
	}

	/**
	 * Returns the task whose just-in-time permission this token is.
	 * @return the task's id, or {@code null} if it is another kind of token
	 */
	public @Nullable String taskId() {
		Object task = this.claims.get(JitTokens.TASK);
		return Boolean.TRUE.equals(this.claims.get(JitTokens.JIT)) && task != null ? task.toString() : null;
	}

	/**
	 * Returns the user on whose behalf a just-in-time permission was granted.
	 * @return the user's id, or {@code null}
	 */
	public @Nullable String onBehalfOf() {
		Object user = this.claims.get(JitTokens.ON_BEHALF_OF);
		return (user != null) ? user.toString() : null;
	}

	private static String text(Map<String, Object> claims, String name) {
		Object value = claims.get(name);
		return (value != null) ? value.toString() : "";
	}

	private static Map<String, Object> texts(Map<?, ?> map) {
		Map<String, Object> texts = new LinkedHashMap<>();
		map.forEach((name, value) -> texts.put(String.valueOf(name), value));
		return texts;
	}

	private static Set<String> scopes(String text) {
		return Collections
			.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(StringUtils.tokenizeToStringArray(text, " "))));
	}

	private static List<String> audience(@Nullable Object claim) {
		return (claim instanceof List<?> list) ? list.stream().map(String::valueOf).toList()
				: List.of(String.valueOf(claim));
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Map<String, Object> actor(@Nullable Object claim) {
		return (claim instanceof Map<?, ?> map) ? (Map<String, Object>) map : null;
	}

}
