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

package dev.lumoauth.spring.test;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WithAgent} in an application.
 */
@SpringBootTest(classes = AnalystApplication.class)
@WithAgent(capabilities = "read:documents")
class WithAgentTests {

	@Autowired
	private Components.Analyst analyst;

	@Autowired
	private Components.DocumentTools documents;

	@Autowired
	private LumoAuthAgent lumoAuth;

	@Autowired
	private ScriptedChatModel model;

	@Autowired
	private TestAgent agent;

	@BeforeEach
	void nothingIsLeftOfOtherTests() {
		assertThat(this.agent).askedNothing().exchangedNothing();
		this.documents.searches().set(0);
	}

	@Test
	void runsAToolWhoseCapabilityTheAgentHas() {
		assertThat(this.analyst.ask("searchCompanyDocuments Q3")).contains("3 documents about Q3");
		assertThat(this.agent).wasAllowed("read:documents").wasDenied("mcp:financial").exchangedNothing();
		assertThat(this.model.offeredTools()).containsExactly("searchCompanyDocuments");
	}

	@Test
	void refusesAToolWhoseCapabilityIsNotListed() {
		assertThat(this.analyst.ask("queryFinancials EBITDA"))
			.contains("Error: agent lacks 'mcp:financial' capability.");
		assertThat(this.agent).asked("mcp:financial").wasDenied("mcp:financial").exchangedNothing();
	}

	@Test
	@WithAgent({ "read:documents", "mcp:financial" })
	void aMethodReplacesItsClass() {
		assertThat(this.analyst.ask("queryFinancials EBITDA")).contains("EBITDA, with a token for");
		assertThat(this.agent).wasAllowed("mcp:financial").exchangedFor("urn:mcp:financial-data");
	}

	@Test
	@WithAgent
	void hasNoCapabilityByDefault() {
		assertThat(this.analyst.ask("searchCompanyDocuments Q3"))
			.contains("Error: agent lacks 'read:documents' capability.");
		assertThatExceptionOfType(CapabilityDeniedException.class)
			.isThrownBy(() -> this.documents.searchCompanyDocuments("Q3"));
		assertThat(this.documents.searches()).hasValue(0);
	}

	@Test
	@WithAgent(capabilities = WithAgent.ALL, denied = "mcp:financial")
	void allButWhatIsDenied() {
		assertThat(this.analyst.ask("queryFinancials EBITDA"))
			.contains("Error: agent lacks 'mcp:financial' capability.");
		assertThat(this.lumoAuth.hasCapability("whatever:else")).isTrue();
		assertThat(this.agent).wasAllowed("whatever:else", "read:documents").wasDenied("mcp:financial");
	}

	@Test
	@WithAgent(capabilities = "read:documents", budget = AgentBudget.EXHAUSTED)
	void anExhaustedBudgetStopsTheModel() {
		assertThatExceptionOfType(BudgetExhaustedException.class)
			.isThrownBy(() -> this.analyst.ask("searchCompanyDocuments Q3"));
		assertThat(this.model.prompts()).isEmpty();
		assertThat(this.agent).readBudget();
	}

	@Test
	@WithAgent(capabilities = "read:documents", budget = AgentBudget.UNKNOWN)
	void anUnknownBudgetStopsNothing() {
		assertThat(this.analyst.ask("searchCompanyDocuments Q3")).contains("3 documents");
		assertThat(this.lumoAuth.budget().state()).isEqualTo(BudgetStatus.State.UNKNOWN);
	}

	@Test
	void theBudgetIsThatOfThisTest() {
		BudgetStatus budget = this.lumoAuth.budget();
		assertThat(budget.state()).isEqualTo(BudgetStatus.State.AVAILABLE);
		assertThat(budget.limits()).allSatisfy((limit) -> assertThat(limit.used()).isEqualTo(0L));
	}

	@RepeatedTest(4)
	@WithAgent(capabilities = "read:documents", unavailable = true)
	void refusesWhileLumoAuthIsUnavailable() {
		assertThat(this.analyst.ask("searchCompanyDocuments Q3"))
			.contains("Error: authorization is unavailable; try again later.");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.lumoAuth::accessToken);
		assertThat(this.documents.searches()).hasValue(0);
		assertThat(this.agent).asked("read:documents").wasNotAnswered("read:documents").readBudget();
	}

	@RepeatedTest(4)
	void anOutageEndsWithItsTest() {
		assertThat(this.analyst.ask("searchCompanyDocuments Q3")).contains("3 documents");
	}

	@Test
	void capabilitiesChangeWithinATest() {
		assertThat(this.lumoAuth.hasCapability("read:documents")).isTrue();
		this.agent.deny("read:documents").grant("mcp:financial");
		assertThat(this.lumoAuth.hasCapability("read:documents")).isFalse();
		assertThat(this.lumoAuth.hasCapability("mcp:financial")).isTrue();
		this.agent.budget(AgentBudget.EXHAUSTED);
		assertThat(this.lumoAuth.isBudgetExhausted()).isTrue();
	}

	@Test
	void anOutageInTheMiddleOfATest() {
		assertThat(this.lumoAuth.hasCapability("read:documents")).isTrue();
		this.agent.unavailable(true);
		assertThat(this.lumoAuth.hasCapability("read:documents")).as("remembered").isTrue();
		for (int i = 0; i < 4; i++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> this.lumoAuth.hasCapability("mcp:financial"));
		}
		this.agent.unavailable(false);
		assertThat(this.lumoAuth.hasCapability("mcp:financial")).isFalse();
	}

	@Test
	void tokensSayWhoActsForWhom() {
		assertThat(this.lumoAuth.info().agentId()).isEqualTo("test-agent");
		assertThat(ActorChain.of(this.lumoAuth.accessToken()).subject()).isEqualTo("test-agent");
		assertThat(ActorChain.of(this.lumoAuth.mcpToken("urn:mcp:financial-data")).actors()).isEmpty();
		assertThat(this.lumoAuth.ask("read:documents", Map.of()).allowed()).isTrue();
		assertThat(this.agent).exchangedFor("urn:mcp:financial-data");
	}

	@AfterEach
	void theContextIsShared(@Autowired ApplicationContext context) {
		Contexts.remember(context);
	}

	@Nested
	class Inside {

		@Test
		void hasTheAgentOfTheClassAround() {
			assertThat(WithAgentTests.this.lumoAuth.hasCapability("read:documents")).isTrue();
		}

		@Test
		@WithAnalyst
		void mayHaveItsOwn() {
			assertThat(WithAgentTests.this.lumoAuth.hasCapability("read:documents")).isFalse();
			assertThat(WithAgentTests.this.lumoAuth.hasCapability("mcp:financial")).isTrue();
		}

	}

	@Nested
	@WithAnalyst
	class InsideWithAnother {

		@Test
		void hasIt() {
			assertThat(WithAgentTests.this.lumoAuth.hasCapability("read:documents")).isFalse();
			assertThat(WithAgentTests.this.lumoAuth.hasCapability("mcp:financial")).isTrue();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@WithAgent("mcp:financial")
	@interface WithAnalyst {

	}

}
