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

import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.KeyBinding;

/**
 * Requests tokens by extension grants (RFC 6749 section 4.5). These tokens are not kept
 * in the cache.
 */
public final class ExtensionTokens {

	private final TokenEndpoint endpoint;

	private final AgentRegistrations registrations;

	private final @Nullable AgentAuthentication authentication;

	private final KeyBinding binding;

	/**
	 * Create the tokens.
	 * @param endpoint sends the requests
	 * @param registrations the agent's registrations
	 * @param authentication authenticates the agent; {@code null} = only the client id is
	 * sent
	 * @param binding whether the tokens are bound to the agent's key
	 */
	public ExtensionTokens(TokenEndpoint endpoint, AgentRegistrations registrations,
			@Nullable AgentAuthentication authentication, KeyBinding binding) {
		this.endpoint = endpoint;
		this.registrations = registrations;
		this.authentication = authentication;
		this.binding = binding;
	}

	/**
	 * Request a token, once.
	 * @param type the grant
	 * @param parameters what the request says beside the grant and the agent
	 * @return the answer
	 */
	public OAuth2AccessTokenResponse request(AuthorizationGrantType type, Map<String, String> parameters) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		parameters.forEach(form::set);
		ExtensionGrant grant = new ExtensionGrant(this.registrations.extension(type));
		Function<AgentCredentials, OAuth2AccessTokenResponse> request = (shown) -> this.endpoint.send(grant, form,
				shown, this.binding.always(), LumoAuthHttp.poll(parameters.values()));
		return (this.authentication != null) ? this.authentication.forOthers(request)
				: request.apply(AgentCredentials.none(grant.getClientRegistration().getClientId()));
	}

}
