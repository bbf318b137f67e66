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

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Reads a successful token response (RFC 6749 section 5.1). Stricter than Spring
 * Security's converter: a token that can't be used, or used only once, is no answer.
 */
final class TokenResponseConverter implements HttpMessageConverter<OAuth2AccessTokenResponse> {

	/** The life of a token whose response does not say; RFC 6749 leaves it open. */
	static final long DEFAULT_LIFE_SECONDS = 300;

	/** A year. What is longer is a mistake, or would overflow. */
	static final long MAX_LIFE_SECONDS = 365L * 24 * 60 * 60;

	/** What can stand in a header: RFC 6749 appendix A.12, without the blank. */
	private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

	private final LumoAuthHttp http;

	TokenResponseConverter(LumoAuthHttp http) {
		this.http = http;
	}

	@Override
	public OAuth2AccessTokenResponse read(Class<? extends OAuth2AccessTokenResponse> type, HttpInputMessage message)
			throws IOException {
		byte[] body = message.getBody().readAllBytes();
		try {
			OAuth2AccessTokenResponse response = convert(LumoAuthJson.read(body));
			this.http.wellFormed(this.http.endpoints().token());
			return response;
		}
		catch (IllegalArgumentException ex) {
			int status = (message instanceof ClientHttpResponse response) ? response.getStatusCode().value() : 200;
			throw this.http.malformed(this.http.endpoints().token(), status, body,
					"it is no token response: " + ex.getMessage());
		}
	}

	private static OAuth2AccessTokenResponse convert(Map<String, Object> fields) {
		if (!(fields.get("access_token") instanceof String token) || !TOKEN.matcher(token).matches()) {
			throw new IllegalArgumentException("its 'access_token' is missing or no token");
		}
		if (!(fields.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
			throw new IllegalArgumentException("its 'token_type' is not Bearer");
		}
		Map<String, Object> others = new LinkedHashMap<>(fields);
		List.of("access_token", "token_type", "expires_in", "scope", "refresh_token").forEach(others::remove);
		return OAuth2AccessTokenResponse.withToken(token)
			.tokenType(OAuth2AccessToken.TokenType.BEARER)
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
			throw new IllegalArgumentException("its 'expires_in' is no number");
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

	/**
	 * Whatever the content type says: a page in place of a token is a malformed answer.
	 */
	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return type == OAuth2AccessTokenResponse.class;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return List.of(MediaType.APPLICATION_JSON);
	}

	@Override
	public void write(OAuth2AccessTokenResponse response, @Nullable MediaType contentType, HttpOutputMessage message) {
		throw new UnsupportedOperationException("Token responses are only read");
	}

}
