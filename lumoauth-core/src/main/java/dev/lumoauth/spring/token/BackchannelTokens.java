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

import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * Asks whether a user has decided about what was asked by {@code oauth/bc-authorize}
 * (OpenID Connect CIBA Core 1.0 section 10). A request for a token that is none of those
 * to keep: LumoAuth gives it out once, to whoever asks first after the decision.
 */
final class BackchannelTokens {

	private final TokenEndpoint endpoint;

	private final AgentRegistrations registrations;

	private final AgentAuthentication authentication;

	private final KeyBinding binding;

	BackchannelTokens(TokenEndpoint endpoint, AgentRegistrations registrations, AgentAuthentication authentication,
			KeyBinding binding) {
		this.endpoint = endpoint;
		this.registrations = registrations;
		this.authentication = authentication;
		this.binding = binding;
	}

	OAuth2AccessTokenResponse poll(String authReqId) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.set("auth_req_id", authReqId);
		return this.authentication
			.forOthers((shown) -> this.endpoint.send(new BackchannelGrant(this.registrations.backchannel()), form,
					shown, this.binding.always(), LumoAuthHttp.poll()));
	}

}
