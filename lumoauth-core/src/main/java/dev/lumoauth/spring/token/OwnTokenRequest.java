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

import java.util.Objects;
import java.util.Set;

import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.token.cache.TokenKey;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Grant;
import dev.lumoauth.spring.token.cache.TokenRequest;
import dev.lumoauth.spring.token.dpop.KeyBinding;
import dev.lumoauth.spring.token.grant.AgentAuthentication;
import dev.lumoauth.spring.token.grant.AgentRegistrations;
import dev.lumoauth.spring.token.grant.TokenEndpoint;
import dev.lumoauth.spring.token.grant.CredentialsGrant;

/**
 * The agent's own token from the token endpoint: by the client credentials grant (RFC
 * 6749 section 4.4), or in exchange for the agent's credentials (RFC 8693).
 */
final class OwnTokenRequest implements TokenRequest {

	private volatile TokenKey key;

	private final KeyBinding binding;

	private final TokenEndpoint endpoint;

	private final AbstractOAuth2AuthorizationGrantRequest request;

	private final MultiValueMap<String, String> parameters;

	private final AgentAuthentication authentication;

	private OwnTokenRequest(Grant grant, Set<String> scopes, TokenEndpoint endpoint,
			AbstractOAuth2AuthorizationGrantRequest request, MultiValueMap<String, String> parameters,
			AgentAuthentication authentication, KeyBinding binding) {
		this.key = TokenKey.own(grant, scopes);
		this.endpoint = endpoint;
		this.request = request;
		this.parameters = parameters;
		this.authentication = authentication;
		this.binding = binding;
	}

	static OwnTokenRequest byClientCredentials(TokenEndpoint endpoint, AgentRegistrations registrations,
			AgentAuthentication authentication, Set<String> scopes, KeyBinding binding) {
		return new OwnTokenRequest(Grant.CLIENT_CREDENTIALS, scopes, endpoint,
				new OAuth2ClientCredentialsGrantRequest(registrations.agent()), new LinkedMultiValueMap<>(),
				authentication, binding);
	}

	static OwnTokenRequest byExchange(Grant grant, TokenEndpoint endpoint, AgentRegistrations registrations,
			AgentAuthentication authentication, Set<String> scopes, KeyBinding binding) {
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		if (!scopes.isEmpty()) {
			parameters.set("scope", String.join(" ", scopes));
		}
		return new OwnTokenRequest(grant, scopes, endpoint,
				new CredentialsGrant(registrations.exchange(AgentRegistrations.AGENT)), parameters, authentication,
				binding);
	}

	@Override
	public TokenKey key() {
		TokenKey current = this.key;
		String jkt = this.binding.jkt(false);
		if (!Objects.equals(jkt, current.jkt())) {
			current = current.boundTo(jkt);
			this.key = current;
		}
		return current;
	}

	@Override
	public Loaded get() {
		return new Loaded(this.authentication
			.forOwnToken((shown) -> this.endpoint.send(this.request, this.parameters, shown, this.binding.always()))
			.getAccessToken(), null, null);
	}

}
