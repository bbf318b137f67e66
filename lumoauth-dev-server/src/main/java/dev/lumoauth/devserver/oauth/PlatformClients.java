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

import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.devserver.config.WorkloadIdentityProperties.Platform;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.workload.Workload;
import dev.lumoauth.devserver.workload.WorkloadRefusedException;
import dev.lumoauth.devserver.workload.Workloads;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/**
 * Client authentication by a platform's token alone, which the agent exchanges for a
 * token of its own (workload federation). The agent sends no secret and needs no client
 * id.
 */
@Component
class PlatformClients implements AuthenticationConverter, AuthenticationProvider {

	static final ClientAuthenticationMethod METHOD = ClientAuthenticationMethod.valueOf("workload_identity");

	static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

	private static final String CLIENT_ID = "client_id";

	private final RegisteredClientRepository clients;

	private final Workloads workloads;

	PlatformClients(RegisteredClientRepository clients, Workloads workloads) {
		this.clients = clients;
		this.workloads = workloads;
	}

	/**
	 * Returns the platform's token of a request. The token may be a JWT of this server,
	 * unless {@code subject_issuer} names a platform.
	 */
	@Nullable String tokenOf(HttpServletRequest request) {
		String token = request.getParameter("subject_token");
		boolean isExchange = AuthorizationGrantType.TOKEN_EXCHANGE.getValue()
			.equals(request.getParameter("grant_type"));
		boolean hasOther = request.getHeader(HttpHeaders.AUTHORIZATION) != null
				|| request.getParameter("client_secret") != null || request.getParameter("client_assertion") != null;
		if (!isExchange || hasOther || token == null || !JWT.equals(request.getParameter("subject_token_type"))) {
			return null;
		}
		boolean isPlatforms = request.getParameter(TokenExchangeGrant.SUBJECT_ISSUER) != null
				|| !Workloads.isOwn(token);
		return isPlatforms ? token : null;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		String token = tokenOf(request);
		if (token == null) {
			return null;
		}
		Map<String, Object> parameters = new HashMap<>();
		for (String name : new String[] { CLIENT_ID, TokenExchangeGrant.SUBJECT_ISSUER }) {
			if (request.getParameter(name) != null) {
				parameters.put(name, request.getParameter(name));
			}
		}
		return new OAuth2ClientAuthenticationToken(METHOD.getValue(), METHOD, token, parameters);
	}

	@Override
	public @Nullable Authentication authenticate(Authentication authentication) {
		OAuth2ClientAuthenticationToken request = (OAuth2ClientAuthenticationToken) authentication;
		if (!METHOD.equals(request.getClientAuthenticationMethod())) {
			return null;
		}
		Workload workload = find(String.valueOf(request.getCredentials()));
		Object issuer = request.getAdditionalParameters().get(TokenExchangeGrant.SUBJECT_ISSUER);
		if (issuer != null && !issuer.equals(Platform.OIDC.id())
				&& !issuer.equals(workload.identity().provider().id())) {
			throw failed("The agent's workload identity has another provider than subject_issuer");
		}
		Object clientId = request.getAdditionalParameters().get(CLIENT_ID);
		if (clientId != null && !clientId.equals(workload.agent().id())) {
			throw failed("The token identifies another agent than client_id");
		}
		RegisteredClient client = this.clients.findByClientId(workload.agent().id());
		if (client == null) {
			throw failed("There is no such agent");
		}
		Obtained.byPlatform(METHOD.getValue(), workload).keepFor(CurrentTenant.request());
		return new OAuth2ClientAuthenticationToken(client, METHOD, null);
	}

	private Workload find(String token) {
		try {
			return this.workloads.find(token, CurrentTenant.get().agents());
		}
		catch (WorkloadRefusedException ex) {
			throw failed(String.valueOf(ex.getMessage()));
		}
	}

	private static OAuth2AuthenticationException failed(String description) {
		return OAuthErrors.error(OAuthErrors.WORKLOAD_IDENTITY_FAILED, description);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
