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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.jwt.Jwt;

import dev.lumoauth.spring.LumoAuthDeniedException;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LumoAuthTokenExchangeProvider}.
 */
class LumoAuthTokenExchangeProviderTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final Authentication PRINCIPAL = UsernamePasswordAuthenticationToken.authenticated("me", null,
			List.of());

	private LumoAuthTokenExchangeProvider provider;

	@BeforeEach
	void provider() {
		this.provider = new LumoAuthTokenExchangeProvider(new WireAgent(lumoAuth).tokens());
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
	}

	@Test
	void worksInAManagerOfTheApplicationsOwn() {
		InMemoryClientRegistrationRepository registrations = new InMemoryClientRegistrationRepository(
				registration().clientSecret("other")
					.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
					.build());
		AuthorizedClientServiceOAuth2AuthorizedClientManager manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
				registrations, new InMemoryOAuth2AuthorizedClientService(registrations));
		manager.setAuthorizedClientProvider(this.provider);
		OAuth2AuthorizedClient client = manager
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("urn:mcp:data").principal(PRINCIPAL).build());
		assertThat(client.getAccessToken().getTokenValue()).isEqualTo("exchanged-1");
		assertThat(client.getPrincipalName()).isEqualTo("me");
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("client_secret", equalTo(WireAgent.SECRET))
					.withFormParam("audience", equalTo("urn:mcp:data"))
					.withFormParam("subject_token", equalTo("agent-1")));
	}

	@Test
	void leavesOtherGrantsToOthers() {
		ClientRegistration other = registration().authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.build();
		assertThat(this.provider
			.authorize(OAuth2AuthorizationContext.withClientRegistration(other).principal(PRINCIPAL).build())).isNull();
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void leavesATokenThatIsStillGoodAndReplacesOneThatIsNot() {
		OAuth2AuthorizedClient good = client(Instant.now().plusSeconds(120));
		assertThat(this.provider
			.authorize(OAuth2AuthorizationContext.withAuthorizedClient(good).principal(PRINCIPAL).build())).isNull();
		OAuth2AuthorizedClient ending = client(Instant.now().plusSeconds(30));
		assertThat(this.provider
			.authorize(OAuth2AuthorizationContext.withAuthorizedClient(ending).principal(PRINCIPAL).build()))
			.isNotNull();
	}

	@Test
	void missingSubjectIsAnErrorAndNotAMissingToken() {
		this.provider.setSubjectTokenResolver((context) -> null);
		assertThatIllegalStateException().isThrownBy(() -> authorize((attributes) -> {
		})).withMessageContaining("urn:mcp:data");
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void sendsTheTokensOfSubjectAndActorAsAccessTokensEvenIfTheyAreJwts() {
		this.provider.setSubjectTokenResolver((context) -> jwt("user-token"));
		this.provider.setActorTokenResolver((context) -> jwt("actor-token"));
		authorize((attributes) -> {
			attributes.put(LumoAuthTokenExchangeProvider.AUDIENCE, "urn:other");
			attributes.put(LumoAuthTokenExchangeProvider.SCOPES, Set.of("mcp:read"));
		});
		String accessToken = "urn:ietf:params:oauth:token-type:access_token";
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("user-token"))
					.withFormParam("subject_token_type", equalTo(accessToken))
					.withFormParam("actor_token", equalTo("actor-token"))
					.withFormParam("actor_token_type", equalTo(accessToken))
					.withFormParam("audience", equalTo("urn:other"))
					.withFormParam("resource", absent())
					.withFormParam("scope", equalTo("mcp:read")));
		lumoAuth.verify(0, WireAgent.agentTokenRequests());
	}

	@Test
	void deadTokenOfAUserIsNotReplacedByTheAgents() {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		this.provider.setSubjectTokenResolver((context) -> jwt("user-token"));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> authorize((attributes) -> {
		}));
		lumoAuth.verify(1, WireAgent.exchangeRequests());
		lumoAuth.verify(0, WireAgent.agentTokenRequests());
	}

	private OAuth2AuthorizedClient authorize(Consumer<Map<String, Object>> attributes) {
		return this.provider.authorize(OAuth2AuthorizationContext.withClientRegistration(registration().build())
			.principal(PRINCIPAL)
			.attributes(attributes)
			.build());
	}

	private static OAuth2AuthorizedClient client(Instant end) {
		return new OAuth2AuthorizedClient(registration().build(), "me",
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "old", end.minusSeconds(600), end));
	}

	private static Jwt jwt(String value) {
		return Jwt.withTokenValue(value).header("alg", "none").subject("user").build();
	}

	private static ClientRegistration.Builder registration() {
		return ClientRegistration.withRegistrationId("urn:mcp:data")
			.clientId(WireAgent.CLIENT_ID)
			.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
			.tokenUri(lumoAuth.url(WireAgent.TOKEN));
	}

}
