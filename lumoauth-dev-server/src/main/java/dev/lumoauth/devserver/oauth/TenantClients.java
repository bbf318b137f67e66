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

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.config.ApplicationProperties;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Application;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.user.UserScopes;
import dev.lumoauth.devserver.web.CurrentTenant;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.stereotype.Component;

/**
 * The agents and applications of the current request's tenant, as clients of Spring
 * Authorization Server. A client's internal id is {@code tenant/client id}, because two
 * tenants may have the same client id.
 */
@Component
class TenantClients implements RegisteredClientRepository {

	/** How long a user's consent to an agent can be renewed. */
	private static final Duration REFRESH_TOKEN_LIFETIME = Duration.ofHours(8);

	@Override
	public void save(RegisteredClient registeredClient) {
		throw new UnsupportedOperationException("Clients come from the configuration file");
	}

	@Override
	public @Nullable RegisteredClient findById(String id) {
		return tenantOf(id).equals(CurrentTenant.get().slug()) ? findByClientId(id.substring(id.indexOf('/') + 1))
				: null;
	}

	@Override
	public @Nullable RegisteredClient findByClientId(String clientId) {
		Tenant tenant = CurrentTenant.get();
		return tenant.agent(clientId)
			.filter(Agent::isEnabled)
			.map((agent) -> client(tenant, agent))
			.or(() -> tenant.application(clientId).map((application) -> client(tenant, application)))
			.orElse(null);
	}

	static String tenantOf(String registeredClientId) {
		return registeredClientId.substring(0, registeredClientId.indexOf('/'));
	}

	private static RegisteredClient client(Tenant tenant, Agent agent) {
		RegisteredClient.Builder client = RegisteredClient.withId(tenant.slug() + "/" + agent.id());
		if (!agent.credentials().secrets().isEmpty()) {
			client.clientSecret(Secrets.join(agent.credentials().secrets()));
		}
		Set<URI> redirectUris = agent.settings().redirectUris();
		if (!redirectUris.isEmpty()) {
			login(client, redirectUris, tenant);
		}
		else {
			client.scopes((scopes) -> scopes.addAll(agent.grantableScopes()));
		}
		// A client without a secret uses PKCE (RFC 7636) instead.
		boolean isPublic = agent.settings().authenticationMethods().contains(AuthenticationMethod.NONE);
		return client.clientId(agent.id())
			.clientName(agent.name())
			.clientAuthenticationMethods((methods) -> addMethods(agent, methods))
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
			.clientSettings(ClientSettings.builder()
				.requireProofKey(isPublic)
				.requireAuthorizationConsent(false)
				// Any of them will do: it says that the method is not a secret.
				.tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.ES256)
				.build())
			.tokenSettings(tokens(agent.settings().tokenLifetime(), REFRESH_TOKEN_LIFETIME))
			.build();
	}

	private static void addMethods(Agent agent, Set<ClientAuthenticationMethod> methods) {
		for (AuthenticationMethod method : AuthenticationMethod.values()) {
			if (agent.credentials().permit(method)) {
				methods.add(ClientAuthenticationMethod.valueOf(method.name().toLowerCase(Locale.ROOT)));
			}
		}
		if (!agent.credentials().workloadIdentities().isEmpty()) {
			methods.add(PlatformClients.METHOD);
			// A platform's token may be the assertion.
			methods.add(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
		}
	}

	private static RegisteredClient client(Tenant tenant, Application application) {
		ApplicationProperties settings = application.settings();
		RegisteredClient.Builder client = RegisteredClient.withId(tenant.slug() + "/" + application.id());
		login(client, settings.redirectUris(), tenant);
		return client.clientId(application.id())
			.clientName(application.name())
			.clientSecret(settings.clientSecret())
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
			.clientSettings(ClientSettings.builder().requireProofKey(false).requireAuthorizationConsent(false).build())
			.tokenSettings(tokens(settings.tokenLifetime(), settings.refreshTokenLifetime()))
			.build();
	}

	/** The scopes are those of users. Users can't grant the agent's own scopes. */
	private static void login(RegisteredClient.Builder client, Set<URI> redirectUris, Tenant tenant) {
		client.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
			.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
			.redirectUris((uris) -> redirectUris.forEach((uri) -> uris.add(uri.toString())))
			.scopes((scopes) -> scopes.addAll(UserScopes.ofAny(tenant)));
	}

	private static TokenSettings tokens(Duration lifetime, Duration refreshTokenLifetime) {
		return TokenSettings.builder()
			.accessTokenTimeToLive(lifetime)
			.refreshTokenTimeToLive(refreshTokenLifetime)
			.reuseRefreshTokens(false)
			.build();
	}

}
