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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.grant.TokenResponse;

import org.springframework.http.MediaType;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

/**
 * A platform's token, as an attestation of the agent: LumoAuth's {@code POST
 * agents/{agentId}/attest}, which grants all capabilities of the agent.
 *
 * @param clientId by which id the agent is known here
 * @param tokens supplies the platform's token
 * @param agentId the agent's id at LumoAuth
 * @param token the platform's token, for one request; {@code null} = not fetched yet
 */
record AttestedWorkload(String clientId, Supplier<String> tokens, String agentId,
		@Nullable String token) implements OwnTokenCredentials {

	private static final AuthorizationGrantType GRANT = new AuthorizationGrantType("attestation");

	AttestedWorkload {
		Assert.hasText(clientId, "The client id must not be blank");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return WorkloadToken.METHOD;
	}

	@Override
	public AuthorizationGrantType grant() {
		return GRANT;
	}

	@Override
	public AgentCredentials current() {
		return new AttestedWorkload(this.clientId, this.tokens, this.agentId, value());
	}

	private String value() {
		return PlatformTokens.notBlank((this.token != null) ? this.token : this.tokens.get());
	}

	@Override
	public boolean isAnotherEachTime() {
		return this.token != null;
	}

	@Override
	public @Nullable String shown() {
		return (this.token != null) ? CompactJwt.claims(this.token) : OwnTokenCredentials.super.shown();
	}

	@Override
	public OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes) {
		String token = value();
		URI endpoint = http.endpoints().endpoint("agents/:id/attest");
		byte[] body = http.restClient()
			.post()
			.uri(http.endpoints().withId(endpoint, this.agentId))
			.accept(MediaType.APPLICATION_JSON)
			.attributes(LumoAuthHttp.at(endpoint, this.agentId))
			.contentType(MediaType.APPLICATION_JSON)
			.body(LumoAuthJson.write(Map.of("attestation_token", token)))
			.retrieve()
			.body(byte[].class);
		return read(http, endpoint, (body != null) ? body : new byte[0]);
	}

	private static OAuth2AccessToken read(LumoAuthHttp http, URI endpoint, byte[] body) {
		try {
			return TokenResponse.read(LumoAuthJson.read(body)).getAccessToken();
		}
		catch (IllegalArgumentException ex) {
			throw http.malformed(endpoint, 200, "it is not a token response: " + ex.getMessage());
		}
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "AttestedWorkload[clientId=" + this.clientId + ", agentId=" + this.agentId + "]";
	}

}
