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

import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.oauth2.server.authorization.web.OAuth2ClientAuthenticationFilter;
import org.springframework.security.web.authentication.DelegatingAuthenticationConverter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.web.ApiPaths;

/**
 * Client authentication at the endpoint where an agent asks a user (CIBA). Spring
 * Authorization Server has no such endpoint, and can't authenticate the clients of
 * additional endpoints.
 */
@Component
class BackchannelClients {

	private final ClientAuthentication authentication;

	BackchannelClients(ClientAuthentication authentication) {
		this.authentication = authentication;
	}

	RequestMatcher endpoint() {
		return PathPatternRequestMatcher.withDefaults()
			.matcher(HttpMethod.POST, ApiPaths.TENANT + OAuthSecurity.BACKCHANNEL);
	}

	OAuth2ClientAuthenticationFilter filter(OAuthErrors errors) {
		OAuth2ClientAuthenticationFilter filter = new OAuth2ClientAuthenticationFilter(
				new ProviderManager(this.authentication.providers()), endpoint());
		filter.setAuthenticationConverter(new DelegatingAuthenticationConverter(this.authentication.converters()));
		filter.setAuthenticationFailureHandler(errors);
		return filter;
	}

}
