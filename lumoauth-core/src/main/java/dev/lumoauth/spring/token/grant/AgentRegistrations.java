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

import java.util.Set;

import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * The agent as Spring Security's client registrations, which stay private: published as
 * beans they would switch off the application's own logins. None holds the secret, which
 * {@code ClientRegistration.toString()} prints; {@link TokenEndpoint} has it added to the
 * request.
 */
public final class AgentRegistrations {

	/** The registration id of the agent's own token. */
	public static final String AGENT = "lumoauth";

	private final AgentCredentials credentials;

	private final String tokenUri;

	private final Set<String> scopes;

	public AgentRegistrations(AgentCredentials credentials, String tokenUri, Set<String> scopes) {
		this.credentials = credentials;
		this.tokenUri = tokenUri;
		this.scopes = scopes;
	}

	/**
	 * Return the registration for an id: {@link #AGENT}, or else a target to exchange
	 * for.
	 */
	public ClientRegistration get(String registrationId) {
		return registrationId.equals(AGENT) ? agent() : exchange(registrationId);
	}

	/**
	 * Return the configured scopes of the agent's own token.
	 */
	public Set<String> scopes() {
		return this.scopes;
	}

	public ClientRegistration agent() {
		return registration(AGENT).authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scope(this.scopes)
			.build();
	}

	ClientRegistration extension(AuthorizationGrantType type) {
		return registration(AGENT).authorizationGrantType(type).build();
	}

	/**
	 * Return the registration for a target, whatever its name is.
	 */
	public ClientRegistration exchange(String target) {
		return registration(target).authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
			.scope(Set.of())
			.build();
	}

	/**
	 * Return a copy of an application's registration with the agent as its client.
	 */
	ClientRegistration ofTheAgent(ClientRegistration registration) {
		return ofTheAgent(ClientRegistration.withClientRegistration(registration)).build();
	}

	private ClientRegistration.Builder registration(String id) {
		return ofTheAgent(ClientRegistration.withRegistrationId(id)).tokenUri(this.tokenUri);
	}

	private ClientRegistration.Builder ofTheAgent(ClientRegistration.Builder registration) {
		return registration.clientId(this.credentials.clientId())
			.clientSecret("")
			.clientAuthenticationMethod(this.credentials.method());
	}

}
