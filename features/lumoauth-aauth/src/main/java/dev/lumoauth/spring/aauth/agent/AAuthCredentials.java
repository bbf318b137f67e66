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

package dev.lumoauth.spring.aauth.agent;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Credentials that prove the agent's identity by its signing key: LumoAuth issues the
 * agent's own token for a signed request ({@code aauth/agent/platform-token}), bound to
 * that key. Neither a client id nor a secret is sent. With another key these are other
 * credentials.
 *
 * @since 0.1.0
 */
public final class AAuthCredentials implements OwnTokenCredentials {

	/** Not a method of RFC 7591. */
	private static final ClientAuthenticationMethod METHOD = new ClientAuthenticationMethod("aauth");

	/** The name of AAuth in metrics. */
	static final AuthorizationGrantType GRANT = new AuthorizationGrantType("aauth");

	private final String clientId;

	private final AAuthAgent agent;

	private final SigningKey key;

	/**
	 * Create the credentials.
	 * @param clientId the id of the agent in this application: in logs, metrics and
	 * tokens
	 * @param agent the agent
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the agent has no key
	 */
	public AAuthCredentials(String clientId, AAuthAgent agent) {
		this.clientId = clientId;
		this.agent = agent;
		this.key = agent.key();
	}

	@Override
	public String clientId() {
		return this.clientId;
	}

	@Override
	public ClientAuthenticationMethod method() {
		return METHOD;
	}

	@Override
	public AuthorizationGrantType grant() {
		return GRANT;
	}

	@Override
	public AgentCredentials current() {
		return this.agent.key().equals(this.key) ? this : new AAuthCredentials(this.clientId, this.agent);
	}

	/**
	 * {@inheritDoc} Uses the current key, whichever key these credentials were created
	 * with.
	 */
	@Override
	public OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes) {
		return AAuthApi.forAgent(http, this.agent).platformToken(scopes);
	}

	/**
	 * {@inheritDoc} They use the current key.
	 */
	@Override
	public DPoPProofs proofs() {
		this.agent.key();
		return this.agent.proofs();
	}

	@Override
	public String shown() {
		return "iss=" + this.agent.identifier() + " and the key with the thumbprint " + this.key.thumbprint()
				+ " (lumoauth.aauth)";
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof AAuthCredentials that && this.clientId.equals(that.clientId)
				&& this.agent == that.agent && this.key.equals(that.key));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.clientId, this.key);
	}

	/**
	 * Without the key.
	 */
	@Override
	public String toString() {
		return "AAuthCredentials[clientId=" + this.clientId + ", agent=" + this.agent.identifier() + "]";
	}

}
