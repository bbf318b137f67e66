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

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link LumoAuthTokens}.
 */
class LumoAuthTokensTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final Queue<Runnable> background = new ArrayDeque<>();

	private WireAgent agent;

	@BeforeEach
	void agent() {
		this.agent = new WireAgent(lumoAuth);
		this.agent.executor = this.background::add;
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
	}

	@Test
	void asksForTheAgentsTokenAndKeepsIt() {
		this.agent.scopes = Set.of("read:documents");
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken token = tokens.agentToken();
		assertThat(token.getTokenValue()).isEqualTo("agent-1");
		assertThat(token.getScopes()).containsExactly("read:documents");
		assertThat(token.getExpiresAt()).isEqualTo(this.agent.clock.instant().plusSeconds(3600));
		assertThat(tokens.agentToken()).isSameAs(token);
		lumoAuth.verify(1,
				WireAgent.agentTokenRequests()
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", equalTo(WireAgent.SECRET))
					.withFormParam("scope", equalTo("read:documents"))
					.withHeader("Authorization", absent())
					.withHeader("Accept", equalTo("application/json")));
	}

	@Test
	void asksOnceWhileTheRateLimitLasts() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(jsonResponse("{\"error\":\"rate_limit_exceeded\"}", 429).withHeader("Retry-After", "20")));
		LumoAuthTokens tokens = this.agent.tokens();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthRateLimitedException.class).isThrownBy(tokens::agentToken)
				.withMessageNotContaining(WireAgent.SECRET);
		}
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
	}

	@Test
	void asksForNoScopeWhenNoneIsConfigured() {
		this.agent.tokens().agentToken();
		lumoAuth.verify(1, WireAgent.agentTokenRequests().withFormParam("scope", absent()));
	}

	@Test
	void asksForTheConfiguredScopesAgainWhateverWasGranted() {
		this.agent.scopes = Set.of("read:reports");
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(3600));
		tokens.agentToken();
		lumoAuth.verify(2, WireAgent.agentTokenRequests().withFormParam("scope", equalTo("read:reports")));
	}

	@Test
	void authenticatesByHeaderWithBothHalvesEncoded() {
		this.agent.credentials = (clientId) -> AgentCredentials.clientSecretBasic(clientId, WireAgent.SECRET);
		this.agent.tokens().agentToken();
		String basic = Base64.getEncoder().encodeToString("agt_test:s3cret-MARKER%2B%26%3D".getBytes());
		lumoAuth.verify(1,
				WireAgent.agentTokenRequests()
					.withHeader("Authorization", equalTo("Basic " + basic))
					.withFormParam("client_secret", absent()));
	}

	@Test
	void sendsOnlyTheClientIdWithoutAuthentication() {
		this.agent.credentials = AgentCredentials::none;
		this.agent.tokens().agentToken();
		lumoAuth.verify(1,
				WireAgent.agentTokenRequests()
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", absent())
					.withHeader("Authorization", absent()));
	}

	@Test
	void exchangesTheAgentsTokenForAnAudience() {
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken token = tokens.exchange("urn:mcp:financial-data");
		assertThat(token.getTokenValue()).isEqualTo("exchanged-1");
		assertThat(tokens.exchange("urn:mcp:financial-data")).isSameAs(token);
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("subject_token", equalTo("agent-1"))
					.withFormParam("subject_token_type", equalTo("urn:ietf:params:oauth:token-type:access_token"))
					.withFormParam("audience", equalTo("urn:mcp:financial-data"))
					.withFormParam("resource", absent())
					.withFormParam("actor_token", absent())
					.withFormParam("scope", absent())
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", equalTo(WireAgent.SECRET)));
	}

	@Test
	void exchangesWithoutTheSecretWhenSoConfigured() {
		this.agent.authenticateExchange = false;
		this.agent.tokens().exchange("urn:mcp:financial-data");
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("client_id", equalTo(WireAgent.CLIENT_ID))
					.withFormParam("client_secret", absent()));
		lumoAuth.verify(1, WireAgent.agentTokenRequests().withFormParam("client_secret", equalTo(WireAgent.SECRET)));
	}

	@Test
	void namesTheTargetAsResource() {
		this.agent.targetParameter = TargetParameter.RESOURCE;
		this.agent.tokens().exchange("https://mcp.example.com");
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("resource", equalTo("https://mcp.example.com"))
					.withFormParam("audience", absent()));
	}

	@Test
	void namesAnAddressAsBoth() {
		this.agent.targetParameter = TargetParameter.BOTH;
		this.agent.tokens().exchange("https://mcp.example.com");
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("resource", equalTo("https://mcp.example.com"))
					.withFormParam("audience", equalTo("https://mcp.example.com")));
	}

	@Test
	void namesAnIdAsAudienceOnlyUnderBoth() {
		this.agent.targetParameter = TargetParameter.BOTH;
		this.agent.tokens().exchange("urn:mcp:financial-data");
		lumoAuth.verify(1,
				WireAgent.exchangeRequests()
					.withFormParam("resource", absent())
					.withFormParam("audience", equalTo("urn:mcp:financial-data")));
	}

	@Test
	void exchangedTokenDoesNotOutliveItsSubject() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 100)));
		OAuth2AccessToken token = this.agent.tokens().exchange("urn:a");
		assertThat(token.getExpiresAt()).isEqualTo(this.agent.clock.instant().plusSeconds(100));
	}

	@Test
	void tokenWithoutExpiryLivesForFiveMinutes() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(okJson("{\"access_token\":\"agent-1\",\"token_type\":\"bearer\"}")));
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(239));
		tokens.agentToken();
		assertThat(this.background).isEmpty();
		this.agent.clock.advance(Duration.ofSeconds(60));
		tokens.agentToken();
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
		this.agent.clock.advance(Duration.ofSeconds(1));
		tokens.agentToken();
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void renewsInTheBackgroundAndGivesTheOldTokenMeanwhile() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		this.agent.clock.advance(Duration.ofSeconds(3539));
		tokens.agentToken();
		assertThat(this.background).isEmpty();
		this.agent.clock.advance(Duration.ofSeconds(1));
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		assertThat(this.background).hasSize(1);
		this.background.remove().run();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-2");
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void shortLivedTokenIsRenewedInTheLastFifthOfItsLife() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 50)));
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		this.agent.clock.advance(Duration.ofSeconds(39));
		tokens.agentToken();
		assertThat(this.background).isEmpty();
		this.agent.clock.advance(Duration.ofSeconds(1));
		tokens.agentToken();
		assertThat(this.background).hasSize(1);
	}

	@Test
	void keepsTheOldTokenWhenRenewalFailsAndTriesAgainAfterABackoff() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(aResponse().withStatus(500)));
		this.agent.clock.advance(Duration.ofSeconds(3540));
		tokens.agentToken();
		this.background.remove().run();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
		assertThat(this.background).isEmpty();
		this.agent.clock.advance(Duration.ofSeconds(1));
		tokens.agentToken();
		this.background.remove().run();
		this.agent.clock.advance(Duration.ofMillis(999));
		tokens.agentToken();
		assertThat(this.background).as("the second wait is longer").isEmpty();
		this.agent.clock.advance(Duration.ofMillis(1001));
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		tokens.agentToken();
		this.background.remove().run();
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-2");
	}

	@Test
	void expiredTokenIsNeverGivenOut() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(aResponse().withStatus(500)));
		this.agent.clock.advance(Duration.ofSeconds(3600));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(tokens::agentToken);
	}

	@Test
	void discardsATokenOnlyIfItIsStillTheCurrentOne() {
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken first = tokens.agentToken();
		assertThat(tokens.discard(first)).isTrue();
		assertThat(tokens.discard(first)).isFalse();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		OAuth2AccessToken second = tokens.agentToken();
		assertThat(tokens.discard(first)).isFalse();
		assertThat(tokens.agentToken()).isSameAs(second);
	}

	@Test
	void exchangesAgainWithAnotherTokenWhenTheAgentsIsDead() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("subject_token", equalTo("agent-1"))
			.willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		assertThat(tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
		lumoAuth.verify(1, WireAgent.exchangeRequests().withFormParam("subject_token", equalTo("agent-2")));
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void exchangesOnlyOnceMoreWhenTheAgentsTokenIsRefusedForEver() {
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange("urn:a"))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		lumoAuth.verify(2, WireAgent.exchangeRequests());
		lumoAuth.verify(2, WireAgent.agentTokenRequests());
	}

	@Test
	void unauthenticatedExchangeTakesA401ForADeadSubject() {
		this.agent.authenticateExchange = false;
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("subject_token", equalTo("agent-1"))
			.willReturn(jsonResponse("{\"error\":\"invalid_token\"}", 401)));
		assertThat(tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
	}

	@Test
	void refusedCredentialsOnAnExchangeDoNotCostTheAgentsToken() {
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken token = tokens.agentToken();
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(jsonResponse("{\"error\":\"invalid_client\"}", 401)));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(() -> tokens.exchange("urn:a"));
		assertThat(tokens.agentToken()).isSameAs(token);
		lumoAuth.verify(1, WireAgent.exchangeRequests());
	}

	@Test
	void unknownAudienceSaysWhichAndWhatLumoAuthAnswered() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.willReturn(jsonResponse("{\"error\":\"invalid_target\",\"error_description\":\"no such server\"}", 400)));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange("urn:unknown"))
			.withMessageContainingAll("urn:unknown", "HTTP 400", "invalid_target", "no such server")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_target"));
	}

	@Test
	void remembersARefusalForTenSecondsAndPerAudience() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("audience", equalTo("urn:unknown"))
			.willReturn(jsonResponse("{\"error\":\"delegation_not_allowed\"}", 403)));
		LumoAuthTokens tokens = this.agent.tokens();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange("urn:unknown"))
				.withMessageContaining("delegation_not_allowed");
		}
		tokens.exchange("urn:known");
		lumoAuth.verify(2, WireAgent.exchangeRequests());
		this.agent.clock.advance(Duration.ofSeconds(10));
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange("urn:unknown"));
		lumoAuth.verify(3, WireAgent.exchangeRequests());
	}

	@Test
	void remembersForTenSecondsThatItsCredentialsAreNotAccepted() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(jsonResponse("{\"error\":\"invalid_client\"}", 401)));
		LumoAuthTokens tokens = this.agent.tokens();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(LumoAuthAuthenticationException.class).isThrownBy(tokens::agentToken)
				.withMessageContaining("lumoauth.client-secret");
		}
		lumoAuth.verify(1, WireAgent.agentTokenRequests());
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		this.agent.clock.advance(Duration.ofSeconds(10));
		assertThat(tokens.agentToken().getTokenValue()).isEqualTo("agent-1");
	}

	@Test
	void outageIsNotRemembered() {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(aResponse().withStatus(503)));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> tokens.exchange("urn:a"));
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(WireAgent.exchanged("exchanged-1", 600)));
		assertThat(tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"{\"access_token\":\"x\",\"token_type\":\"DPoP\",\"expires_in\":60,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}",
			"{\"access_token\":\"x\",\"token_type\":\"N_A\",\"expires_in\":60,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}",
			"{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:id_token\"}",
			"{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60,\"issued_token_type\":\"\"}",
			"{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60,\"issued_token_type\":7}",
			"{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":60,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:refresh_token\"}",
			"{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":0,\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}" })
	void exchangeThatGivesNoUsableTokenIsNoAnswer(String body) {
		lumoAuth.stubFor(WireAgent.exchangeRequest().willReturn(okJson(body)));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> tokens.exchange("urn:a"));
	}

	/**
	 * LumoAuth's specification has the field as optional.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", ",\"issued_token_type\":null" })
	void takesAnExchangedTokenWhoseTypeIsNotSaid(String type) {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.willReturn(
					okJson("{\"access_token\":\"untyped\",\"token_type\":\"Bearer\",\"expires_in\":60" + type + "}")));
		assertThat(this.agent.tokens().exchange("urn:a").getTokenValue()).isEqualTo("untyped");
	}

	@ParameterizedTest
	@CsvSource({ "a b, a%20b", "ü, %C3%BC", "a/b, a%2Fb", "100%, 100%25", "'a{b}', a%7Bb%7D", "a+b, a%2Bb" })
	void asksForTokensAtTheSlugEncodedOnce(String tenant, String segment) {
		String address = "/t/" + segment + "/api/v1/oauth/token";
		lumoAuth.stubFor(post(anyUrl()).willReturn(WireAgent.exchanged("token", 600)));
		this.agent.tenant = tenant;
		LumoAuthTokens tokens = this.agent.tokens();
		tokens.agentToken();
		tokens.exchange("urn:a");
		assertThat(lumoAuth.findAll(postRequestedFor(anyUrl()))).hasSize(2)
			.allSatisfy((request) -> assertThat(request.getUrl()).isEqualTo(address));
	}

	@Test
	void differentAudiencesDoNotShareAToken() {
		lumoAuth.stubFor(WireAgent.exchangeRequest()
			.withFormParam("audience", equalTo("urn:b"))
			.willReturn(WireAgent.exchanged("for-b", 600)));
		LumoAuthTokens tokens = this.agent.tokens();
		assertThat(tokens.exchange("urn:a").getTokenValue()).isEqualTo("exchanged-1");
		assertThat(tokens.exchange("urn:b").getTokenValue()).isEqualTo("for-b");
	}

	@Test
	void renewingTheAgentsTokenDoesNotThrowAwayTheExchangedOnes() {
		LumoAuthTokens tokens = this.agent.tokens();
		OAuth2AccessToken exchanged = tokens.exchange("urn:a");
		tokens.discard(tokens.agentToken());
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-2", 3600)));
		tokens.agentToken();
		assertThat(tokens.exchange("urn:a")).isSameAs(exchanged);
	}

	@Test
	void blankAudienceIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.agent.tokens().exchange(" "));
	}

	@Test
	void wrongSecretNamesTheClientAndTheAddressAndNeverTheSecret() {
		lumoAuth.stubFor(WireAgent.agentTokenRequest()
			.willReturn(jsonResponse(
					"{\"error\":\"invalid_client\",\"error_description\":\"bad secret s3cret-MARKER+&= given\"}",
					401)));
		assertThatExceptionOfType(LumoAuthAuthenticationException.class)
			.isThrownBy(() -> this.agent.tokens().agentToken())
			.withMessageContainingAll(WireAgent.CLIENT_ID, WireAgent.TOKEN, "lumoauth.client-secret", "bad secret ***")
			.satisfies((ex) -> assertThat(ex.toString()).doesNotContain("MARKER"));
	}

}
