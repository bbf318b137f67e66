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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import dev.lumoauth.devserver.state.Application;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.user.UserScopes;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * Creates users' access tokens without a login, for tests and for the command line. They
 * are like those of a login.
 *
 * @since 0.1.0
 */
@Component
public class UserTokens {

	private final TokenIssuer issuer;

	private final RegisteredClientRepository clients;

	private final Clock clock;

	UserTokens(TokenIssuer issuer, RegisteredClientRepository clients, Clock clock) {
		this.issuer = issuer;
		this.clients = clients;
		this.clock = clock;
	}

	/**
	 * Creates a token, in the tenant of the current request.
	 * @param issuer {@code iss}
	 * @param user the subject
	 * @param application the client that the token is issued to
	 * @param scopes its scopes
	 * @param lifetime how long it is valid, in whole seconds
	 * @return the token
	 * @throws IllegalArgumentException if the user may not delegate one of the scopes
	 */
	public OAuth2AccessToken issue(String issuer, User user, Application application, Set<String> scopes,
			Duration lifetime) {
		if (!UserScopes.of(user).containsAll(scopes)) {
			throw new IllegalArgumentException("user '%s' has only the scopes %s".formatted(user.username(),
					String.join(" ", UserScopes.of(user))));
		}
		RegisteredClient client = this.clients.findByClientId(application.id());
		Assert.state(client != null, "An application is a client");
		Instant expiresAt = this.clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(lifetime);
		return this.issuer.issue(issuer, client, new TokenIssuer.Grant(AuthorizationGrantType.AUTHORIZATION_CODE,
				user.id(), scopes, List.of(application.id()), null, expiresAt));
	}

}
