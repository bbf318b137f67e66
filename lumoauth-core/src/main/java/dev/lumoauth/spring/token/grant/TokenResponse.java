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

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.StringUtils;

/**
 * Reads a successful token response (RFC 6749 section 5.1), whichever endpoint gives it.
 * Stricter than Spring Security's converter: a token that can't be used, or can be used
 * only once, is not a valid answer.
 *
 * @since 0.1.0
 */
public final class TokenResponse {

	/** The lifetime of a token if the response names none; RFC 6749 leaves it open. */
	public static final long DEFAULT_LIFE_SECONDS = 300;

	/** A year. A longer time is a mistake, or would overflow. */
	public static final long MAX_LIFE_SECONDS = 365L * 24 * 60 * 60;

	/**
	 * The characters that a header can have: RFC 6749 appendix A.12, without the blank.
	 */
	private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

	private TokenResponse() {
	}

	/**
	 * Read a response.
	 * @param fields its fields
	 * @return the response; fields that RFC 6749 doesn't define are among its additional
	 * parameters
	 * @throws IllegalArgumentException if it has no token that can be used. The message
	 * quotes nothing from the response
	 */
	public static OAuth2AccessTokenResponse read(Map<String, Object> fields) {
		return read(fields, null);
	}

	/**
	 * Read a response.
	 * @param fields its fields
	 * @param binding the property that binds tokens to the agent's key, if the request
	 * carried a proof of possession (RFC 9449 section 5): then a token that is not bound
	 * to its key is not used. If it is {@code null}, a bound token is never used, because
	 * nothing could prove that it belongs to the agent
	 */
	static OAuth2AccessTokenResponse read(Map<String, Object> fields, @Nullable String binding) {
		boolean bound = binding != null;
		if (!(fields.get("access_token") instanceof String token) || !TOKEN.matcher(token).matches()) {
			throw new IllegalArgumentException("its 'access_token' is missing or not a token");
		}
		if (!(fields.get("token_type") instanceof String type) || !type.equalsIgnoreCase(bound ? "DPoP" : "Bearer")) {
			throw new IllegalArgumentException(bound
					? "its 'token_type' is not DPoP, although the request carried a proof (RFC 9449 section 5). Have "
							+ "LumoAuth bind the tokens of this agent, or leave out " + binding
					: "its 'token_type' is not Bearer");
		}
		Map<String, Object> others = new LinkedHashMap<>(fields);
		List.of("access_token", "token_type", "expires_in", "scope", "refresh_token").forEach(others::remove);
		return OAuth2AccessTokenResponse.withToken(token)
			.tokenType(bound ? OAuth2AccessToken.TokenType.DPOP : OAuth2AccessToken.TokenType.BEARER)
			.expiresIn(life(fields.get("expires_in")))
			.scopes(scopes(fields.get("scope")))
			.additionalParameters(others)
			.build();
	}

	private static long life(@Nullable Object expiresIn) {
		if (expiresIn == null) {
			return DEFAULT_LIFE_SECONDS;
		}
		double seconds;
		try {
			seconds = Double.parseDouble(expiresIn.toString().trim());
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("its 'expires_in' is not a number");
		}
		if (!(seconds >= 1)) {
			throw new IllegalArgumentException("its token has expired already");
		}
		return (long) Math.min(seconds, MAX_LIFE_SECONDS);
	}

	private static Set<String> scopes(@Nullable Object scope) {
		return (scope instanceof String text)
				? new LinkedHashSet<>(List.of(StringUtils.tokenizeToStringArray(text, " "))) : Set.of();
	}

}
