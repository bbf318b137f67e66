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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class DefaultLumoAuthAgentTests {

	private static final String READ = "read:documents";

	private final CapabilityDecisions decisions = mock(CapabilityDecisions.class);

	private final LumoAuthTokens tokens = mock(LumoAuthTokens.class);

	private final LumoAuthClient agents = mock(LumoAuthClient.class);

	private BudgetStatus budget = budget(State.AVAILABLE);

	private final DefaultLumoAuthAgent agent = new DefaultLumoAuthAgent(this.decisions, this.tokens, this.agents,
			() -> this.budget);

	@Test
	void hasACapabilityThatIsAllowed() {
		decide(CapabilityDecision.ALLOW);
		assertThat(this.agent.hasCapability(READ)).isTrue();
	}

	@Test
	void hasNoCapabilityThatIsDenied() {
		decide(CapabilityDecision.deny(List.of(READ)));
		assertThat(this.agent.hasCapability(READ)).isFalse();
	}

	@Test
	void throwsTheCauseAsItIsWhenThereIsNoAnswer() {
		LumoAuthException cause = new LumoAuthRateLimitedException("slow down", null, null);
		decide(CapabilityDecision.unavailable(cause));
		assertThatThrownBy(() -> this.agent.hasCapability(READ)).isSameAs(cause);
	}

	@Test
	void throwsTheCauseAsItIsWhenTheAgentMayNotAsk() {
		LumoAuthException cause = new LumoAuthDeniedException("not for you", "insufficient_permissions", null);
		decide(CapabilityDecision.unavailable(cause));
		assertThatThrownBy(() -> this.agent.hasCapability(READ)).isSameAs(cause);
	}

	@Test
	void neverTakesAMissingCauseForAnAllow() {
		decide(new CapabilityDecision(Outcome.UNAVAILABLE, List.of(), null));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.agent.hasCapability(READ));
	}

	@ParameterizedTest
	@ValueSource(strings = { "read documents", "${app.capability}", "read:#{name}" })
	void refusesANameThatIsNotValid(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.agent.hasCapability(name));
	}

	@Test
	void answersForEachCapabilityInTheOrderAskedFor() {
		Map<String, CapabilityDecision> decided = new LinkedHashMap<>();
		decided.put("b", CapabilityDecision.ALLOW);
		decided.put("a", CapabilityDecision.deny(List.of("a")));
		given(this.decisions.decideEach(List.of("b", "a"))).willReturn(decided);
		assertThat(this.agent.hasCapabilities(List.of("b", "a"))).containsExactly(entry("b", true), entry("a", false));
	}

	@Test
	void throwsWhenThereIsNoAnswerForOneOfSeveral() {
		LumoAuthException cause = new LumoAuthUnavailableException("down", null);
		given(this.decisions.decideEach(List.of("b", "a")))
			.willReturn(Map.of("b", CapabilityDecision.ALLOW, "a", CapabilityDecision.unavailable(cause)));
		assertThatThrownBy(() -> this.agent.hasCapabilities(List.of("b", "a"))).isSameAs(cause);
	}

	@Test
	void givesTokens() {
		OAuth2AccessToken own = mock(OAuth2AccessToken.class);
		OAuth2AccessToken exchanged = mock(OAuth2AccessToken.class);
		given(this.tokens.agentToken()).willReturn(own);
		given(this.tokens.exchange("urn:mcp:financial-data")).willReturn(exchanged);
		assertThat(this.agent.accessToken()).isSameAs(own);
		assertThat(this.agent.mcpToken("urn:mcp:financial-data")).isSameAs(exchanged);
	}

	@Test
	void saysWhetherTheBudgetIsExhausted() {
		assertThat(this.agent.isBudgetExhausted()).isFalse();
		this.budget = budget(State.UNKNOWN);
		assertThat(this.agent.isBudgetExhausted()).isFalse();
		this.budget = budget(State.EXHAUSTED);
		assertThat(this.agent.isBudgetExhausted()).isTrue();
		assertThat(this.agent.budget()).isSameAs(this.budget);
	}

	@Test
	void asksAboutItselfAndAboutActions() {
		AgentInfo info = new AgentInfo("agt_1", null, null, null, Set.of());
		AskResult result = new AskResult(false, "document.read", "no", null);
		given(this.agents.me()).willReturn(info);
		given(this.agents.ask("document.read", Map.of("id", "1"))).willReturn(result);
		assertThat(this.agent.info()).isSameAs(info);
		assertThat(this.agent.ask("document.read", Map.of("id", "1"))).isSameAs(result);
	}

	private void decide(CapabilityDecision decision) {
		given(this.decisions.decide(CapabilityRequirement.of(READ))).willReturn(decision);
	}

	private static BudgetStatus budget(State state) {
		return new BudgetStatus(state, null, List.of(), Set.of(), Map.of(), null);
	}

}
