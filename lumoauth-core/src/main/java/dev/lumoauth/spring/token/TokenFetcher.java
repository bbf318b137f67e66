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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientCredentialsOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.DelegatingOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.function.SingletonSupplier;

/**
 * Asks LumoAuth for tokens, through Spring Security's providers.
 */
final class TokenFetcher {

	private final AgentRegistrations registrations;

	/** Made with the first request, as what it sends them with is. */
	private final SingletonSupplier<OAuth2AuthorizedClientProvider> provider;

	private final Authentication principal;

	TokenFetcher(TokenEndpoint endpoint, TokenSettings settings, AgentRegistrations registrations,
			LumoAuthTokens tokens) {
		this.registrations = registrations;
		this.principal = UsernamePasswordAuthenticationToken.authenticated(settings.credentials().clientId(), null,
				List.of());
		this.provider = SingletonSupplier.of(() -> provider(endpoint, settings, tokens));
	}

	private static OAuth2AuthorizedClientProvider provider(TokenEndpoint endpoint, TokenSettings settings,
			LumoAuthTokens tokens) {
		ClientCredentialsOAuth2AuthorizedClientProvider clientCredentials = new ClientCredentialsOAuth2AuthorizedClientProvider();
		clientCredentials.setAccessTokenResponseClient(
				(request) -> endpoint.send(request, new LinkedMultiValueMap<>(), settings.credentials()));
		LumoAuthTokenExchangeProvider exchange = new LumoAuthTokenExchangeProvider(tokens);
		exchange.setSubjectTokenResolver((context) -> SubjectAndActor.of(context).subject());
		exchange.setActorTokenResolver((context) -> SubjectAndActor.of(context).actor());
		exchange.setClock(settings.clock());
		return new DelegatingOAuth2AuthorizedClientProvider(clientCredentials, exchange);
	}

	TokenLoader.Loaded agentToken() {
		return new TokenLoader.Loaded(authorize(this.registrations.agent(), null, null), null, null);
	}

	/**
	 * Exchange a token.
	 * @param key what is asked for
	 * @param parties for whom
	 */
	TokenLoader.Loaded exchange(TokenKey key, SubjectAndActor parties) {
		OAuth2AccessToken token = authorize(this.registrations.exchange(key.target()), key, parties);
		return new TokenLoader.Loaded(token, parties.notAfter(), parties.subjectEnd());
	}

	private OAuth2AccessToken authorize(ClientRegistration registration, @Nullable TokenKey key,
			@Nullable SubjectAndActor parties) {
		OAuth2AuthorizationContext.Builder context = OAuth2AuthorizationContext.withClientRegistration(registration)
			.principal(this.principal);
		if (key != null && parties != null) {
			context.attribute(LumoAuthTokenExchangeProvider.KEY, key).attribute(SubjectAndActor.ATTRIBUTE, parties);
		}
		OAuth2AuthorizedClient client = this.provider.obtain().authorize(context.build());
		Assert.state(client != null, () -> "No provider for '" + registration.getRegistrationId() + "'");
		return client.getAccessToken();
	}

}
