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

import java.util.Map;
import java.util.Set;

import org.springframework.http.MediaType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.cache.TokenKey;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Grant;
import dev.lumoauth.spring.token.cache.TokenRequest;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.WorkloadToken;
import dev.lumoauth.spring.token.grant.AgentAuthentication;
import dev.lumoauth.spring.token.grant.TokenResponse;

/**
 * The agent's own token by an attestation: LumoAuth's {@code POST
 * agents/{agentId}/attest}, which accepts a platform's token and grants all capabilities
 * of the agent.
 */
final class AttestRequest implements TokenRequest {

	private final TokenKey key = TokenKey.own(Grant.ATTESTATION, Set.of());

	private final LumoAuthHttp http;

	private final String agentId;

	private final AgentAuthentication authentication;

	AttestRequest(LumoAuthHttp http, String agentId, AgentAuthentication authentication) {
		this.http = http;
		this.agentId = agentId;
		this.authentication = authentication;
	}

	@Override
	public TokenKey key() {
		return this.key;
	}

	@Override
	public Loaded get() {
		return new Loaded(this.authentication.forOwnToken(this::attest), null, null);
	}

	private OAuth2AccessToken attest(AgentCredentials shown) {
		if (!(shown instanceof WorkloadToken workload)) {
			throw new IllegalStateException("Only a platform's token can be attested");
		}
		byte[] body = this.http.restClient()
			.post()
			.uri(this.http.endpoints().withId(this.http.endpoints().attest(), this.agentId))
			.accept(MediaType.APPLICATION_JSON)
			.attributes(LumoAuthHttp.at(this.http.endpoints().attest(), this.agentId))
			.contentType(MediaType.APPLICATION_JSON)
			.body(LumoAuthJson.write(Map.of("attestation_token", workload.token())))
			.retrieve()
			.body(byte[].class);
		return read((body != null) ? body : new byte[0]);
	}

	private OAuth2AccessToken read(byte[] body) {
		try {
			OAuth2AccessToken token = TokenResponse.read(LumoAuthJson.read(body)).getAccessToken();
			this.http.wellFormed(this.http.endpoints().attest());
			return token;
		}
		catch (IllegalArgumentException ex) {
			throw this.http.malformed(this.http.endpoints().attest(), 200, body,
					"it is not a token response: " + ex.getMessage());
		}
	}

}
