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

package dev.lumoauth.spring.vault;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.client.ApiAnswer;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.grant.TokenResponse;

/**
 * LumoAuth's token vault ({@code agents/me/connections}): tokens of third parties.
 */
final class ConnectionsApi {

	/** The token that the vault has may no longer be valid. */
	private static final Set<Integer> WORTHLESS = Set.of(409);

	/** The error codes if only the third party has no token for now. */
	private static final Set<String> BEHIND = Set.of("refresh_in_progress", "provider_unavailable");

	private final ApiCalls calls;

	private final URI token;

	private final Clock clock;

	ConnectionsApi(ApiCalls calls, LumoAuthAddresses addresses, Clock clock) {
		this.calls = calls;
		this.token = addresses.endpoint("agents/me/connections/:id/token");
		this.clock = clock;
	}

	/**
	 * Return a token of a third party. The token is not kept here.
	 * @param connectionId the connection's id
	 * @param userId the user who has connected an account there; {@code null} for the
	 * agent's own account
	 * @return the token; without an expiry if LumoAuth doesn't know it
	 * @throws IllegalArgumentException if an id is not valid
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses, doesn't
	 * know the connection ({@code not_found}), or has no usable token any more (HTTP 409)
	 * @throws dev.lumoauth.spring.http.TemporaryFailureException if LumoAuth can't get
	 * the token at the moment
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another connection or user, or without a token, does not
	 * count
	 */
	OAuth2AccessToken token(String connectionId, @Nullable String userId) {
		Map<String, String> body = (userId != null) ? Map.of("user_id", userId) : Map.of();
		ApiRequest request = ApiRequest.post(this.token, body)
			.withId(connectionId)
			.marked(LumoAuthHttp.refusedBy(WORTHLESS))
			.marked(LumoAuthHttp.failingBehind(BEHIND));
		return this.calls.call(request, (answer) -> {
			answer.requireSameId("connection_id", connectionId);
			if (userId != null) {
				answer.requireSameId("user_id", userId);
			}
			return read(answer);
		});
	}

	private OAuth2AccessToken read(ApiAnswer answer) {
		OAuth2AccessToken token;
		try {
			token = TokenResponse.read(answer.fields()).getAccessToken();
		}
		catch (IllegalArgumentException ex) {
			throw answer.malformed(String.valueOf(ex.getMessage()));
		}
		Instant now = this.clock.instant();
		Instant end = answer.time("expires_at");
		Duration life = (end == null) ? answer.seconds("expires_in") : null;
		if (life != null) {
			end = now.plus(life);
		}
		if (end != null && !end.isAfter(now)) {
			throw answer.malformed("its token has expired already");
		}
		Set<String> scopes = answer.texts("scopes");
		return new OAuth2AccessToken(token.getTokenType(), token.getTokenValue(), (end != null) ? now : null, end,
				(scopes != null) ? scopes : token.getScopes());
	}

}
