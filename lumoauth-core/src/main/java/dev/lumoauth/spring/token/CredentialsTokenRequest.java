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

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.cache.TokenKey;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Grant;
import dev.lumoauth.spring.token.cache.TokenRequest;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.grant.AgentAuthentication;
import dev.lumoauth.spring.token.dpop.DPoPProofs;

/**
 * The agent's own token from credentials that get it in their own way.
 */
final class CredentialsTokenRequest implements TokenRequest {

	private final Set<String> scopes;

	private final LumoAuthHttp http;

	private final OwnTokenCredentials credentials;

	private final AgentAuthentication authentication;

	CredentialsTokenRequest(LumoAuthHttp http, OwnTokenCredentials credentials, AgentAuthentication authentication,
			Set<String> scopes) {
		this.http = http;
		this.credentials = credentials;
		this.authentication = authentication;
		this.scopes = scopes;
	}

	/**
	 * Another one once the key is another.
	 */
	@Override
	public TokenKey key() {
		DPoPProofs proofs = this.credentials.proofs();
		return TokenKey.own(Grant.of(this.credentials.grant()), this.scopes)
			.boundTo((proofs != null) ? proofs.thumbprint() : null);
	}

	@Override
	public Loaded get() {
		return new Loaded(this.authentication.forOwnToken((shown) -> {
			OwnTokenCredentials current = (shown instanceof OwnTokenCredentials own) ? own : this.credentials;
			return current.ownToken(this.http, this.scopes);
		}), null, null);
	}

}
