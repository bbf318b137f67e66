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

import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.util.LinkedMultiValueMap;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * The agent's own token (client credentials grant, RFC 6749 section 4.4).
 */
final class ClientCredentialsRequest implements TokenRequest {

	private final TokenKey key;

	private final TokenEndpoint endpoint;

	private final OAuth2ClientCredentialsGrantRequest request;

	private final AgentCredentials credentials;

	ClientCredentialsRequest(TokenEndpoint endpoint, AgentRegistrations registrations, AgentCredentials credentials,
			Set<String> scopes) {
		this.key = new TokenKey(TokenObservationContext.Grant.CLIENT_CREDENTIALS, TokenKey.AGENT, null, null, null,
				scopes);
		this.endpoint = endpoint;
		this.request = new OAuth2ClientCredentialsGrantRequest(registrations.agent());
		this.credentials = credentials;
	}

	@Override
	public TokenKey key() {
		return this.key;
	}

	@Override
	public Loaded get() {
		return new Loaded(
				this.endpoint.send(this.request, new LinkedMultiValueMap<>(), this.credentials).getAccessToken(), null,
				null);
	}

}
