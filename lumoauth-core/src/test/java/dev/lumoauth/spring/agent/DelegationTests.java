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
package dev.lumoauth.spring.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DefaultLumoAuthAgent} acting on behalf of others.
 */
class DelegationTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final Queue<Runnable> background = new ArrayDeque<>();

	private final WireAgent wire = new WireAgent(lumoAuth);

	private final CapabilityDecisions decisions = mock(CapabilityDecisions.class);

	private final LumoAuthClient api = mock(LumoAuthClient.class);

	private DefaultLumoAuthAgent orchestrator;

	private DefaultLumoAuthAgent specialist;

	@BeforeEach
	void agents() {
		this.wire.executor = this.background::add;
		this.orchestrator = agent("agt_o");
		this.specialist = agent("agt_s");
		lumoAuth.stubFor(exchange().willReturn(WireAgent.exchanged("for-a", 600)));
		lumoAuth.stubFor(exchange().withFormParam("audience", absent()).willReturn(WireAgent.exchanged("user>o", 600)));
	}

	@Test
	void actsForAUserWithItsOwnTokenAsTheActor() {
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1");
		assertThat(view.mcpToken("urn:a").getTokenValue()).isEqualTo("for-a");
		assertThat(view.mcpToken("urn:a")).isSameAs(this.orchestrator.onBehalfOf(access("user-1")).mcpToken("urn:a"));
		lumoAuth.verify(1, exchanges());
		lumoAuth.verify(1, exchanges("user-1", "own:agt_o").withFormParam("audience", equalTo("urn:a"))
			.withFormParam("client_id", equalTo("agt_o")));
	}

	@Test
	void usersViewDoesNotHeedTheThreadsUser() {
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1");
		UserScope.call(UserToken.of("user-2"), () -> view.mcpToken("urn:a"));
		lumoAuth.verify(1, exchanges("user-1", "own:agt_o"));
		lumoAuth.verify(1, exchanges());
	}

	@Test
	void allElseOfAViewIsTheActingAgents() {
		AgentInfo info = new AgentInfo("agt_o", null, null, null, Set.of());
		given(this.decisions.decide(CapabilityRequirement.of("read:documents"))).willReturn(CapabilityDecision.ALLOW);
		given(this.api.me()).willReturn(info);
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1");
		assertThat(view.accessToken().getTokenValue()).isEqualTo("own:agt_o");
		assertThat(view.hasCapability("read:documents")).isTrue();
		assertThat(view.info()).isSameAs(info);
		assertThat(view.budget()).isSameAs(this.orchestrator.budget());
		assertThat(this.orchestrator.delegateTo(this.specialist).accessToken().getTokenValue()).isEqualTo("own:agt_s");
		lumoAuth.verify(0, exchanges());
	}

	@Test
	void viewSaysNothingOfTheUser() {
		assertThat(this.orchestrator.onBehalfOf("user-1").toString()).doesNotContain("user-1");
	}

	@Test
	void takesNoIdTokenAndNoRefreshToken() {
		Instant now = this.wire.clock.instant();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.orchestrator
				.onBehalfOf(new OidcIdToken("id", now, now.plusSeconds(60), Map.of("sub", "mary"))))
			.withMessageContaining("access token");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.orchestrator.onBehalfOf(new OAuth2RefreshToken("refresh", now)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.orchestrator.onBehalfOf(" "));
	}

	@Test
	void viewIsNotAimedAtAnother() {
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1");
		assertThatIllegalStateException().isThrownBy(() -> view.onBehalfOf("user-2"));
		assertThatIllegalStateException()
			.isThrownBy(() -> this.orchestrator.delegateTo(this.specialist).onBehalfOf("user-2"))
			.withMessageContaining("orchestrator.onBehalfOf(userToken).delegateTo(specialist)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.specialist.delegateTo(view));
		assertThatIllegalArgumentException().isThrownBy(() -> this.orchestrator.delegateTo(this.orchestrator));
	}

	@Test
	void delegatesToAgentsOfThisLibraryOnly() {
		LumoAuthAgent other = mock(LumoAuthAgent.class);
		assertThatIllegalArgumentException().isThrownBy(() -> this.orchestrator.delegateTo(other))
			.withMessageContainingAll("agent of this library", other.getClass().getName());
	}

	@Test
	void specialistActsForTheOrchestrator() {
		LumoAuthAgent view = this.orchestrator.delegateTo(this.specialist);
		assertThat(view.mcpToken("urn:a").getTokenValue()).isEqualTo("for-a");
		assertThat(this.orchestrator.delegateTo(this.specialist).mcpToken("urn:a")).isSameAs(view.mcpToken("urn:a"));
		lumoAuth.verify(1, exchanges());
		lumoAuth.verify(1, exchanges("own:agt_o", "own:agt_s").withFormParam("client_id", equalTo("agt_s")));
	}

	@Test
	void specialistActsForTheOrchestratorThatActsForTheUser() {
		this.orchestrator.onBehalfOf("user-1").delegateTo(this.specialist).mcpToken("urn:a");
		lumoAuth.verify(2, exchanges());
		lumoAuth.verify(1,
				exchanges("user-1", "own:agt_o").withFormParam("audience", absent())
					.withFormParam("resource", absent())
					.withFormParam("client_id", equalTo("agt_o")));
		lumoAuth.verify(1, exchanges("user>o", "own:agt_s").withFormParam("audience", equalTo("urn:a"))
			.withFormParam("client_id", equalTo("agt_s")));
	}

	@Test
	void delegationDoesNotLoseTheUserOfTheThread() {
		LumoAuthAgent view = this.orchestrator.delegateTo(this.specialist);
		UserScope.call(UserToken.of("user-1"), () -> view.mcpToken("urn:a"));
		lumoAuth.verify(1, exchanges("user-1", "own:agt_o"));
		lumoAuth.verify(1, exchanges("user>o", "own:agt_s"));
		lumoAuth.verify(2, exchanges());
	}

	@Test
	void delegationsOfTwoUsersAndOfTwoOrchestratorsShareNothing() {
		DefaultLumoAuthAgent sameName = agent("agt_o");
		this.orchestrator.delegateTo(this.specialist).mcpToken("urn:a");
		sameName.delegateTo(this.specialist).mcpToken("urn:a");
		this.specialist.mcpToken("urn:a");
		lumoAuth.verify(3, exchanges());
		this.orchestrator.onBehalfOf("user-1").delegateTo(this.specialist).mcpToken("urn:a");
		this.orchestrator.onBehalfOf("user-2").delegateTo(this.specialist).mcpToken("urn:a");
		this.specialist.onBehalfOf("user-1").mcpToken("urn:a");
		lumoAuth.verify(8, exchanges());
	}

	@Test
	void threeAgentsMayActOneForAnotherAndNoFourth() {
		DefaultLumoAuthAgent third = agent("agt_t");
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1").delegateTo(this.specialist).delegateTo(third);
		view.mcpToken("urn:a");
		lumoAuth.verify(3, exchanges());
		lumoAuth.resetRequests();
		assertRefusedForDepth(view.delegateTo(agent("agt_f")));
	}

	@Test
	void withoutAUserTheFirstAgentIsNoActor() {
		DefaultLumoAuthAgent third = agent("agt_t");
		LumoAuthAgent view = this.orchestrator.delegateTo(this.specialist).delegateTo(third).delegateTo(agent("agt_f"));
		view.mcpToken("urn:a");
		lumoAuth.resetRequests();
		assertRefusedForDepth(view.delegateTo(agent("agt_5")));
	}

	@Test
	void actorsOfTheUsersTokenCount() {
		this.orchestrator.onBehalfOf(jwt(2)).mcpToken("urn:a");
		lumoAuth.resetRequests();
		assertRefusedForDepth(this.orchestrator.onBehalfOf(jwt(3)));
		assertRefusedForDepth(this.orchestrator.onBehalfOf(jwt(40)));
		assertRefusedForDepth(this.orchestrator.onBehalfOf(jwt(2)).delegateTo(this.specialist));
		UserScope.call(UserToken.of(jwt(3)), () -> {
			assertRefusedForDepth(this.orchestrator);
			return null;
		});
	}

	@Test
	void delegatedTokenEndsWithTheUsers() {
		Instant end = this.wire.clock.instant().plusSeconds(100);
		LumoAuthAgent view = this.orchestrator.onBehalfOf(access("user-1", end)).delegateTo(this.specialist);
		assertThat(view.mcpToken("urn:a").getExpiresAt()).isEqualTo(end);
		this.wire.clock.advance(Duration.ofSeconds(100));
		lumoAuth.resetRequests();
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> view.mcpToken("urn:a"))
			.withMessageContaining("the user's token has expired")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@Test
	void delegatedTokenEndsWithTheOneItWasMadeFrom() {
		lumoAuth.stubFor(exchange().withFormParam("audience", absent()).willReturn(WireAgent.exchanged("user>o", 200)));
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1").delegateTo(this.specialist);
		assertThat(view.mcpToken("urn:a").getExpiresAt()).isEqualTo(this.wire.clock.instant().plusSeconds(200));
	}

	@Test
	void delegatedTokenIsRenewedAhead() {
		LumoAuthAgent view = this.orchestrator.delegateTo(this.specialist);
		view.mcpToken("urn:a");
		this.wire.clock.advance(Duration.ofSeconds(545));
		lumoAuth.stubFor(exchange().willReturn(WireAgent.exchanged("for-a-2", 600)));
		assertThat(view.mcpToken("urn:a").getTokenValue()).isEqualTo("for-a");
		this.background.remove().run();
		assertThat(view.mcpToken("urn:a").getTokenValue()).isEqualTo("for-a-2");
	}

	@Test
	void deadTokenOfTheOrchestratorIsReplaced() {
		LumoAuthAgent view = this.orchestrator.delegateTo(this.specialist);
		this.orchestrator.accessToken();
		this.wire.clock.advance(Duration.ofSeconds(10));
		lumoAuth.stubFor(own("agt_o").willReturn(WireAgent.token("own-2:agt_o", 3600)));
		lumoAuth.stubFor(exchange().withFormParam("subject_token", equalTo("own:agt_o"))
			.willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		assertThat(view.mcpToken("urn:a").getTokenValue()).isEqualTo("for-a");
		lumoAuth.verify(2, exchanges());
		lumoAuth.verify(1, exchanges("own-2:agt_o", "own:agt_s"));
	}

	@Test
	void deadTokenOfTheUserIsReplacedByNoOther() {
		LumoAuthAgent view = this.orchestrator.onBehalfOf("user-1").delegateTo(this.specialist);
		view.mcpToken("urn:b");
		this.wire.clock.advance(Duration.ofSeconds(10));
		lumoAuth.stubFor(exchange().willReturn(jsonResponse("{\"error\":\"invalid_grant\"}", 400)));
		lumoAuth.resetRequests();
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> view.mcpToken("urn:a"))
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("invalid_grant"));
		assertThat(lumoAuth.findAll(exchanges())).hasSizeBetween(2, 4)
			.allSatisfy((request) -> assertThat(request.formParameters().get("subject_token").firstValue())
				.isIn("user-1", "user>o"));
	}

	private void assertRefusedForDepth(LumoAuthAgent agent) {
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> agent.mcpToken("urn:a"))
			.withMessageContainingAll("urn:a", "more than 3 agents")
			.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo("delegation_depth_exceeded"));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	private DefaultLumoAuthAgent agent(String id) {
		lumoAuth.stubFor(own(id).willReturn(WireAgent.token("own:" + id, 3600)));
		this.wire.clientId = id;
		LumoAuthTokens tokens = this.wire.tokens();
		BudgetStatus budget = new BudgetStatus(BudgetStatus.State.UNKNOWN, id, List.of(), Set.of(), Map.of(), null);
		return new DefaultLumoAuthAgent(this.decisions, tokens, this.api, () -> budget);
	}

	private static String jwt(int actors) {
		Map<String, Object> act = null;
		for (int i = 0; i < actors; i++) {
			act = (act != null) ? Map.of("sub", "agt_" + i, "act", act) : Map.of("sub", "agt_" + i);
		}
		return new PlainJWT(new JWTClaimsSet.Builder().subject("mary")
			.expirationTime(Date.from(Instant.parse("2126-01-01T00:00:00Z")))
			.claim("act", act)
			.build()).serialize();
	}

	private static OAuth2AccessToken access(String value) {
		return access(value, null);
	}

	private static OAuth2AccessToken access(String value, Instant end) {
		return new OAuth2AccessToken(TokenType.BEARER, value, null, end);
	}

	private static MappingBuilder own(String clientId) {
		return post(WireAgent.TOKEN).withFormParam("grant_type", equalTo("client_credentials"))
			.withFormParam("client_id", equalTo(clientId));
	}

	private static MappingBuilder exchange() {
		return post(WireAgent.TOKEN).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE));
	}

	private static RequestPatternBuilder exchanges() {
		return postRequestedFor(urlEqualTo(WireAgent.TOKEN)).withFormParam("grant_type", equalTo(WireAgent.EXCHANGE));
	}

	private static RequestPatternBuilder exchanges(String subject, String actor) {
		return exchanges().withFormParam("subject_token", equalTo(subject))
			.withFormParam("actor_token", equalTo(actor));
	}

}
