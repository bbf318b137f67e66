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

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Reads successful responses of the token endpoint.
 */
final class TokenResponseConverter implements HttpMessageConverter<OAuth2AccessTokenResponse> {

	private final LumoAuthHttp http;

	private final @Nullable String binding;

	/**
	 * Create a converter.
	 * @param http the connection to LumoAuth
	 * @param binding the property that binds tokens to the agent's key; {@code null} for
	 * tokens that must not be bound
	 */
	TokenResponseConverter(LumoAuthHttp http, @Nullable String binding) {
		this.http = http;
		this.binding = binding;
	}

	@Override
	public OAuth2AccessTokenResponse read(Class<? extends OAuth2AccessTokenResponse> type, HttpInputMessage message)
			throws IOException {
		byte[] body = message.getBody().readAllBytes();
		try {
			OAuth2AccessTokenResponse response = TokenResponse.read(LumoAuthJson.read(body), this.binding);
			this.http.wellFormed(this.http.endpoints().token());
			return response;
		}
		catch (IllegalArgumentException ex) {
			int status = (message instanceof ClientHttpResponse response) ? response.getStatusCode().value() : 200;
			throw this.http.malformed(this.http.endpoints().token(), status, body,
					"it is not a token response: " + ex.getMessage());
		}
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
