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

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;

/**
 * What both grants need to know about the requesting client.
 */
final class Clients {

	private Clients() {
	}

	/**
	 * Returns the authentication of the client that sends a request for a token.
	 */
	static OAuth2ClientAuthenticationToken principal(Authentication request) {
		if (request.getPrincipal() instanceof OAuth2ClientAuthenticationToken client && client.isAuthenticated()) {
			return client;
		}
		throw missing();
	}

	static RegisteredClient registered(OAuth2ClientAuthenticationToken principal) {
		RegisteredClient client = principal.getRegisteredClient();
		if (client == null) {
			throw missing();
		}
		return client;
	}

	private static OAuth2AuthenticationException missing() {
		return OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT, "Client authentication is missing");
	}

	static Agent agent(Tenant tenant, RegisteredClient client) {
		return tenant.agent(client.getClientId())
			.orElseThrow(() -> OAuthErrors.error(OAuth2ErrorCodes.UNAUTHORIZED_CLIENT,
					"Only an agent may use this grant, not an application"));
	}

	/**
	 * Returns the values of a parameter as Spring Authorization Server's converters keep
	 * them: a text, or an array of texts.
	 */
	static List<String> values(@Nullable Object parameter) {
		if (parameter instanceof String[] texts) {
			return Arrays.asList(texts);
		}
		return (parameter != null) ? List.of(parameter.toString()) : List.of();
	}

}
