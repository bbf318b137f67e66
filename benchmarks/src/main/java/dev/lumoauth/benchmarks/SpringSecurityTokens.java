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

package dev.lumoauth.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

/**
 * Tokens as Spring Security holds them by itself: one for each of a number of users.
 */
final class SpringSecurityTokens {

	private final AuthorizedClientServiceOAuth2AuthorizedClientManager manager;

	/** Made before, which favours what we are compared with. */
	private final OAuth2AuthorizeRequest[] requests;

	SpringSecurityTokens(int users, Instant end) {
		ClientRegistration registration = ClientRegistration.withRegistrationId("lumoauth")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.clientId("agt_benchmark")
			.clientSecret("a-secret")
			.tokenUri("http://127.0.0.1:9/token")
			.build();
		InMemoryClientRegistrationRepository registrations = new InMemoryClientRegistrationRepository(registration);
		InMemoryOAuth2AuthorizedClientService service = new InMemoryOAuth2AuthorizedClientService(registrations);
		this.manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, service);
		Authentication[] principals = IntStream.range(0, users)
			.mapToObj((user) -> new TestingAuthenticationToken("user-" + user, "n/a"))
			.toArray(Authentication[]::new);
		this.requests = new OAuth2AuthorizeRequest[users];
		for (int i = 0; i < users; i++) {
			service.saveAuthorizedClient(
					new OAuth2AuthorizedClient(registration, principals[i].getName(), new OAuth2AccessToken(
							OAuth2AccessToken.TokenType.BEARER, "token-" + i, end.minus(Duration.ofHours(1)), end)),
					principals[i]);
			this.requests[i] = OAuth2AuthorizeRequest.withClientRegistrationId("lumoauth")
				.principal(principals[i])
				.build();
		}
	}

	OAuth2AccessToken token(int user) {
		OAuth2AuthorizedClient client = this.manager.authorize(this.requests[user]);
		Assert.state(client != null, "There is no token");
		return client.getAccessToken();
	}

}
