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

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.KeyBinding;

/**
 * Exchanges tokens as LumoAuth expects it (RFC 8693 section 2).
 */
public final class TokenExchangeClient implements OAuth2AccessTokenResponseClient<TokenExchangeGrantRequest> {

	private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

	/** The type for a JWT may be an access token too (RFC 8693 section 3). */
	private static final Set<String> ACCESS_TOKEN_TYPES = Set.of(ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt");

	private final TokenEndpoint endpoint;

	private final AgentRegistrations registrations;

	private final @Nullable AgentAuthentication authentication;

	private final KeyBinding binding;

	/**
	 * Create a client.
	 * @param endpoint sends the requests
	 * @param registrations the agent's registrations
	 * @param authentication authenticates the agent; {@code null} = only the client id is
	 * sent
	 * @param binding which tokens are bound to the agent's key
	 */
	public TokenExchangeClient(TokenEndpoint endpoint, AgentRegistrations registrations,
			@Nullable AgentAuthentication authentication, KeyBinding binding) {
		this.endpoint = endpoint;
		this.registrations = registrations;
		this.authentication = authentication;
		this.binding = binding;
	}

	public KeyBinding binding() {
		return this.binding;
	}

	@Override
	public OAuth2AccessTokenResponse getTokenResponse(TokenExchangeGrantRequest request) {
		OAuth2AccessTokenResponse response = send(
				TokenExchangeGrant.of(request, this.registrations.ofTheAgent(request.getClientRegistration())));
		Object type = response.getAdditionalParameters().get("issued_token_type");
		// Optional in LumoAuth's specification, though not in RFC 8693.
		if (type != null && !(type instanceof String issued && ACCESS_TOKEN_TYPES.contains(issued))) {
			throw this.endpoint.malformed("its 'issued_token_type' is not an access token (RFC 8693 section 2.2.1)");
		}
		return response;
	}

	private OAuth2AccessTokenResponse send(TokenExchangeGrant grant) {
		try {
			boolean bound = grant.isBound() || this.binding.always();
			return (this.authentication != null)
					? this.authentication
						.forOthers((shown) -> this.endpoint.send(grant, parameters(grant), shown, bound))
					: this.endpoint.send(grant, parameters(grant),
							AgentCredentials.none(grant.getClientRegistration().getClientId()), bound);
		}
		catch (LumoAuthAuthenticationException ex) {
			boolean shown = this.authentication != null && !this.authentication.showsNothing();
			if (shown || LumoAuthAuthenticationException.INVALID_DPOP_PROOF.equals(ex.getErrorCode())) {
				throw ex;
			}
			// No credentials were sent, so a 401 can only be about the subject token.
			throw new LumoAuthDeniedException(String.valueOf(ex.getMessage()), "invalid_grant", ex);
		}
	}

	/**
	 * Spring Security would use the type {@code …:jwt} for a JWT, and LumoAuth takes that
	 * type for a workload's identity.
	 */
	private static MultiValueMap<String, String> parameters(TokenExchangeGrant grant) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.set("subject_token_type", ACCESS_TOKEN);
		if (grant.getActorToken() != null) {
			form.set("actor_token_type", ACCESS_TOKEN);
		}
		if (grant.getAudience() != null) {
			form.set("audience", grant.getAudience());
		}
		if (grant.getResource() != null) {
			form.set("resource", grant.getResource());
		}
		if (!grant.getScopes().isEmpty()) {
			form.set("scope", String.join(" ", grant.getScopes()));
		}
		return form;
	}

}
