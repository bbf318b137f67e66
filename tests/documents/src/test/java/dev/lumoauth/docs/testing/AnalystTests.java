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

package dev.lumoauth.docs.testing;

import java.util.Map;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.test.AgentApprovals;
import dev.lumoauth.spring.test.AgentBudget;
import dev.lumoauth.spring.test.ScriptedChatModel;
import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@TestPropertySource(properties = "spring.config.name=testing")
@SpringBootTest
@WithAgent(capabilities = "read:documents")
class AnalystTests {

	@Autowired
	Analyst analyst;

	@Autowired
	TestAgent agent;

	@Test
	void mayReadAndNotQuery() {
		assertThat(this.analyst.ask("queryFigures EBITDA")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
		assertThat(this.agent).asked("read:documents").wasDenied("mcp:financial").exchangedNothing();
	}

	@Test
	@WithAgent(capabilities = { "read:documents", "mcp:financial" })
	void mayQuery() {
		assertThat(this.analyst.ask("queryFigures EBITDA")).contains("$1.2M");
		assertThat(this.agent).wasAllowed("mcp:financial").exchangedFor("urn:mcp:financial-data");
	}

	@Test
	@WithAgent(capabilities = WithAgent.ALL, denied = "mcp:financial")
	void mayAllButQuery() {
		assertThat(this.analyst.ask("queryFigures EBITDA")).startsWith("Error:");
	}

	@Test
	@WithAgent(capabilities = WithAgent.ALL, budget = AgentBudget.EXHAUSTED)
	void stopsWithTheBudget() {
		assertThatThrownBy(() -> this.analyst.ask("searchDocuments Q3")).isInstanceOf(BudgetExhaustedException.class);
	}

	@Test
	@WithAgent(capabilities = WithAgent.ALL, unavailable = true)
	void refusesInAnOutage() {
		assertThat(this.analyst.ask("searchDocuments Q3"))
			.isEqualTo("Error: authorization is unavailable; try again later.");
	}

	@Test
	void losesACapabilityInTheMiddle(@Autowired LumoAuthAgent lumoAuth) {
		assertThat(lumoAuth.hasCapability("read:documents")).isTrue();
		this.agent.deny("read:documents");
		assertThat(lumoAuth.hasCapability("read:documents")).isFalse();
	}

	@Test
	@WithAgent("send:reports")
	void sendsWhatAPersonApproves() {
		assertThat(this.analyst.ask("sendReport Q3")).startsWith("Approval pending: Send Q3 to the board.");
		assertThat(this.agent).askedForApprovalOf("sendReport").withArguments("title", "Q3");
		this.agent.approve("sendReport");
		assertThat(this.analyst.ask("sendReport Q3")).contains("Sent Q3");
		assertThat(this.analyst.ask("sendReport Q4")).startsWith("Approval pending:");
	}

	@Test
	@WithAgent("send:reports")
	void readsWhyAPersonDenies() {
		this.analyst.ask("sendReport Q3");
		this.agent.denyApproval("sendReport", "Not before the audit");
		assertThat(this.analyst.ask("sendReport Q3")).contains("denied this call", "Not before the audit");
	}

	@Test
	@WithAgent(capabilities = "send:reports", approvals = AgentApprovals.EXPIRE)
	void tellsThatNobodyHasDecided() {
		assertThat(this.analyst.ask("sendReport Q3")).isEqualTo("Error: nobody approved this call in time.");
	}

	@Test
	void readsARefusalAndGoesOn(@Autowired ScriptedChatModel model) {
		model.script((script) -> script.calls("searchDocuments", Map.of("query", "Q3"))
			.calls("queryFigures", Map.of("metric", "EBITDA"))
			.evenIfNotOffered()
			.answers("There are three documents; I may not see figures."));
		assertThat(this.analyst.ask("How was Q3?")).startsWith("There are three documents");
		assertThat(model.offeredTools()).containsExactly("searchDocuments");
		assertThat(model.toolResults("queryFigures")).containsExactly("Error: agent lacks 'mcp:financial' capability.");
	}

}
