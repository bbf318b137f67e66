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

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WithAgent} in tests that run at the same time, in one application
 * context: see {@code junit-platform.properties}.
 */
@SpringBootTest(classes = AnalystApplication.class)
@Timeout(60)
class ParallelTests {

	private static final AtomicBoolean alone = new AtomicBoolean(true);

	@Autowired
	private LumoAuthAgent lumoAuth;

	@Autowired
	private LumoAuthApprovals approvals;

	@Autowired
	private Components.Analyst analyst;

	@Autowired
	private TestAgent agent;

	@RepeatedTest(10)
	@WithAgent(value = "read:documents", approvals = AgentApprovals.APPROVE)
	void mayReadDocuments() {
		waitForOthers();
		assertThat(this.lumoAuth.hasCapability("read:documents")).isTrue();
		assertThat(this.analyst.ask("queryFinancials EBITDA")).contains("Error: agent lacks 'mcp:financial'");
		assertThat(this.agent).wasAllowed("read:documents").wasDenied("mcp:financial").exchangedNothing();
		assertThat(pay().state()).isEqualTo(ApprovalState.APPROVED);
	}

	@RepeatedTest(10)
	@WithAgent("mcp:financial")
	void mayQueryFinancials() {
		waitForOthers();
		assertThat(this.lumoAuth.hasCapability("read:documents")).isFalse();
		assertThat(this.analyst.ask("queryFinancials EBITDA")).contains("EBITDA, with a token for");
		assertThat(this.agent).wasDenied("read:documents").exchangedFor("urn:mcp:financial-data").askedForNoApproval();
		assertThat(pay().state()).isEqualTo(ApprovalState.PENDING);
		assertThat(this.approvals.pending()).hasSize(1);
	}

	@RepeatedTest(10)
	@WithAgent(value = "mcp:financial", unavailable = true)
	void mayNothingInAnOutage() {
		waitForOthers();
		assertThat(this.analyst.ask("queryFinancials EBITDA")).contains("Error: authorization is unavailable");
		assertThat(this.agent).wasNotAnswered("mcp:financial").exchangedNothing();
	}

	private Approval pay() {
		return this.approvals.request("pay", CallArguments.NONE, new ApprovalRule("Pay", Impact.HIGH, "", List.of()));
	}

	/**
	 * The first one goes on only when another one waits for its turn: they do run at the
	 * same time.
	 */
	private void waitForOthers() {
		try {
			while (alone.get() && !this.agent.isAwaited()) {
				assertThat(Thread.currentThread().isInterrupted()).as("timed out").isFalse();
				Thread.yield();
			}
		}
		finally {
			alone.set(false);
		}
	}

}
