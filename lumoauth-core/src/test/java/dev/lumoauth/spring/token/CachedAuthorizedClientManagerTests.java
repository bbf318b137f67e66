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

import java.lang.ref.WeakReference;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.client.web.client.RequestAttributeClientRegistrationIdResolver;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CachedAuthorizedClientManager}, by Spring Security's interceptor.
 */
class CachedAuthorizedClientManagerTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	private LumoAuthTokens tokens;

	private RestClient client;

	@BeforeEach
	void client() {
		this.tokens = new WireAgent(lumoAuth).tokens();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
		server.stubFor(get("/").willReturn(ok()));
		OAuth2ClientHttpRequestInterceptor interceptor = new OAuth2ClientHttpRequestInterceptor(
				this.tokens.authorizedClientManager());
		interceptor.setAuthorizationFailureHandler(this.tokens.authorizationFailureHandler());
		this.client = RestClient.builder().requestInterceptor(interceptor).build();
	}

	@Test
	void givesTheAgentsOwnToken() {
		call("lumoauth");
		call("lumoauth");
		server.verify(2, getRequestedFor(urlEqualTo("/")).withHeader("Authorization", equalTo("Bearer agent-1")));
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
		assertThat(this.tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
	}

	@Test
	void givesAnExchangedTokenForAnyOtherRegistrationId() {
		call("urn:a");
		server.verify(1, getRequestedFor(urlEqualTo("/")).withHeader("Authorization", equalTo("Bearer exchanged-1")));
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("audience", equalTo("urn:a")));
	}

	@Test
	void throwsRatherThanGiveNoToken() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(aResponse().withStatus(500)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> call("lumoauth"));
		server.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void forgetsATokenThatWasNotAccepted() {
		server.stubFor(get("/").withHeader("Authorization", equalTo("Bearer agent-1"))
			.willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(() -> call("lumoauth"));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		call("lumoauth");
		server.verify(1, getRequestedFor(urlEqualTo("/")).withHeader("Authorization", equalTo("Bearer agent-2")));
	}

	@Test
	void keepsATokenThatWasAcceptedButNotEnough() {
		server.stubFor(get("/").willReturn(aResponse().withStatus(403)));
		OAuth2AccessToken token = this.tokens.agentToken();
		assertThatExceptionOfType(HttpClientErrorException.Forbidden.class).isThrownBy(() -> call("lumoauth"));
		assertThat(this.tokens.agentToken()).isSameAs(token);
	}

	@Test
	void doesNotForgetTheTokenThatAnotherThreadHasFetchedMeanwhile() {
		RestClient slow = this.client.mutate().requestInterceptors((interceptors) -> {
			// What another thread does while the request with the revoked token is on
			// its way.
			interceptors.add((request, body, execution) -> {
				this.tokens.discard(this.tokens.agentToken());
				lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
				this.tokens.agentToken();
				return execution.execute(request, body);
			});
		}).build();
		server.stubFor(get("/").willReturn(aResponse().withStatus(401)));
		assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class).isThrownBy(() -> slow.get()
			.uri(server.url("/"))
			.attributes(RequestAttributeClientRegistrationIdResolver.clientRegistrationId("lumoauth"))
			.retrieve()
			.toBodilessEntity());
		assertThat(this.tokens.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void aThreadThatOutlivesTheApplicationKeepsNothingOfIt() {
		call("lumoauth");
		WeakReference<LumoAuthTokens> closed = new WeakReference<>(this.tokens);
		this.tokens = new WireAgent(lumoAuth).tokens();
		this.client = RestClient.create();
		for (long end = System.nanoTime() + 60_000_000_000L; !closed.refersTo(null) && System.nanoTime() < end;) {
			System.gc();
		}
		assertThat(closed.refersTo(null)).isTrue();
	}

	@Test
	void clientNamesThePrincipalAndHoldsNoSecret() {
		Authentication principal = mock(Authentication.class);
		given(principal.getName()).willReturn("someone");
		OAuth2AuthorizedClient authorized = this.tokens.authorizedClientManager()
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("lumoauth").principal(principal).build());
		assertThat(authorized.getPrincipalName()).isEqualTo("someone");
		assertThat(authorized.getClientRegistration().getClientSecret()).isEmpty();
		assertThat(authorized.getClientRegistration().toString()).doesNotContain("MARKER");
	}

	private void call(String registrationId) {
		this.client.get()
			.uri(server.url("/"))
			.attributes(RequestAttributeClientRegistrationIdResolver.clientRegistrationId(registrationId))
			.retrieve()
			.toBodilessEntity();
	}

}
