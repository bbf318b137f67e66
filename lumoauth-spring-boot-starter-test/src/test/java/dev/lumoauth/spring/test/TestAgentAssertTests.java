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

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.test.AgentQuestion.Answer;
import dev.lumoauth.spring.test.AgentQuestion.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TestAgentAssert}: what passes, what fails, and what it says.
 */
class TestAgentAssertTests {

	private final TestAgent agent = TestAgent.with();

	TestAgentAssertTests() {
		this.agent.record(AgentQuestion.capability("read:documents", Answer.YES));
		this.agent.record(AgentQuestion.capability("mcp:financial", Answer.NO));
		this.agent.record(AgentQuestion.capability("write:documents", Answer.NONE));
		this.agent.record(new AgentQuestion(Kind.EXCHANGE, "urn:mcp:financial-data", Answer.YES,
				"https://mcp.example.com", "alice"));
		this.agent.record(AgentQuestion.budget(Answer.YES));
	}

	@Test
	void passesWhatWasSo() {
		assertThat(this.agent).asked("read:documents", "mcp:financial", "write:documents")
			.wasAllowed("read:documents")
			.wasDenied("mcp:financial")
			.wasNotAnswered("write:documents")
			.didNotAsk("delete:documents")
			.exchangedFor("urn:mcp:financial-data", "https://mcp.example.com")
			.exchangedOnBehalfOf("urn:mcp:financial-data", "alice")
			.didNotExchangeFor("urn:mcp:other")
			.readBudget();
		assertThat(TestAgent.with()).askedNothing().exchangedNothing();
	}

	@Test
	void failsWhatWasNotSo() {
		fails((agent) -> assertThat(agent).asked("read:documents", "delete:documents"));
		fails((agent) -> assertThat(agent).didNotAsk("delete:documents", "read:documents"));
		fails((agent) -> assertThat(agent).askedNothing());
		fails((agent) -> assertThat(agent).wasAllowed("mcp:financial"));
		fails((agent) -> assertThat(agent).wasAllowed("write:documents"));
		fails((agent) -> assertThat(agent).wasDenied("read:documents"));
		fails((agent) -> assertThat(agent).wasDenied("write:documents"));
		fails((agent) -> assertThat(agent).wasNotAnswered("mcp:financial"));
		fails((agent) -> assertThat(agent).exchangedFor("urn:mcp:other"));
		fails((agent) -> assertThat(agent).exchangedOnBehalfOf("urn:mcp:financial-data", "bob"));
		fails((agent) -> assertThat(agent).didNotExchangeFor("https://mcp.example.com"));
		fails((agent) -> assertThat(agent).exchangedNothing());
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(TestAgent.with()).readBudget());
	}

	private void fails(Consumer<TestAgent> assertion) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertion.accept(this.agent));
	}

	@Test
	void saysWhatPeopleWereAskedInstead() {
		TestAgent agent = TestAgent.with();
		assertThat(agent).askedForNoApproval();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(agent).as("the agent").askedForApprovalOf("refund"))
			.withMessage("""
					[the agent]\s
					Expecting a person to have been asked to approve 'refund'
					In this test no person was asked for an approval.""");
		agent.reviewers().record(refund("apr_1", "{\"amount\":10,\"note\":null}"));
		agent.reviewers().record(refund("apr_2", "{\"amount\":11.5}"));
		assertThat(agent).askedForApprovalOf("refund").withArguments("amount", 11.50).withReason("Refund");
		assertThat(agent).askedForApprovalOf("refund").withArgument("note", null).withArgument("amount", 10L);
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(agent).as("100%s").askedForApprovalOf("refund").withArguments("amount", 10))
			.withMessage("""
					[100%s]\s
					Expecting a person to have been asked to approve 'refund' with exactly {"amount":10}
					In this test people were asked to approve
					  'refund' with {"amount":10,"note":null} for user 'alice': "Refund", which is pending (apr_1)
					  'refund' with {"amount":11.5} for user 'alice': "Refund", which is pending (apr_2)""");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(agent).askedForApprovalOf("refund")
			.withArgument("amount", 10)
			.withArgument("note", 1));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(agent).askedForApprovalOf("refund").withReason("Another"))
			.withMessageContaining("with reason \"Another\"");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(agent).askedForNoApproval())
			.withMessageContaining("Expecting no person to have been asked to approve anything");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> assertThat(agent).askedForApprovalOf("refund").withArguments("amount", 10, "note"))
			.withMessage("An argument has a name but no value");
	}

	private static Approval refund(String id, String arguments) {
		return new Approval(id, 0, ApprovalState.PENDING, new ApprovalCall("agt_1", "alice", "refund", null, arguments),
				"Refund", Impact.HIGH, List.of(), List.of(), null, true, null, null, Instant.EPOCH, Instant.EPOCH, null,
				null, null, null, null);
	}

	@Test
	void saysWhatWasAskedInstead() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.agent).wasDenied("read:documents", "mcp:financial"))
			.withMessage("""

					Expecting LumoAuth to have denied capability 'read:documents'
					but in this test the application has
					  asked for capability 'read:documents': allowed
					  asked for capability 'mcp:financial': denied
					  asked for capability 'write:documents': no answer, LumoAuth was unavailable
					  exchanged a token for 'urn:mcp:financial-data' on behalf of 'alice': done
					  read the budget: done""");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(TestAgent.with()).as("the agent").exchangedFor("urn:mcp:100%s"))
			.withMessage("""
					[the agent]\s
					Expecting LumoAuth to have exchanged a token for 'urn:mcp:100%s'
					but it was asked nothing in this test.""");
	}

}
