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

package dev.lumoauth.spring.test.approval;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.test.AgentApprovals;
import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.approval.WithAgentApprovalsTests.Clerk;
import dev.lumoauth.spring.test.approval.WithAgentApprovalsTests.Decisions;
import dev.lumoauth.spring.test.approval.WithAgentApprovalsTests.Payments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what people say in tests with {@link WithAgent}, in an application that would
 * ask them by push messages and keep what it asks in a database.
 */
@SpringBootTest(classes = AnalystApplication.class,
		properties = { "lumoauth.approvals.channel=push", "lumoauth.approvals.store=jdbc" })
@Import({ Payments.class, Clerk.class, Decisions.class })
@WithAgent("payments:refund")
class WithAgentApprovalsTests {

	private static final String REFUND = "refund {\"customer\":\"Ada\",\"amount\":10}";

	@Autowired
	private Clerk clerk;

	@Autowired
	private Payments payments;

	@Autowired
	private Decisions decisions;

	@Autowired
	private LumoAuthAgent lumoAuth;

	@Autowired
	private LumoAuthApprovals approvals;

	@Autowired
	private TestAgent agent;

	@BeforeEach
	void nothingIsLeftOfOtherTests() {
		assertThat(this.agent).askedForNoApproval();
		assertThat(this.approvals.pending()).isEmpty();
		this.payments.made().set(0);
		this.decisions.all().clear();
	}

	@Test
	@WithAgent(capabilities = "payments:refund", approvals = AgentApprovals.APPROVE)
	void runsOnceWhatIsApproved() {
		assertThat(this.clerk.ask(REFUND)).contains("Refunded 10 to Ada");
		assertThat(this.clerk.ask(REFUND)).as("the result that is kept").contains("Refunded 10 to Ada");
		assertThat(this.payments.made()).hasValue(1);
		assertThat(this.agent).askedForApprovalOf("refund")
			.withArguments(Map.of("amount", new BigDecimal("10.0"), "customer", "Ada"))
			.withArguments("customer", "Ada", "amount", 10)
			.withArgument("amount", 10)
			.withReason("Refund 10 to Ada");
	}

	@Test
	@WithAgent(capabilities = "payments:refund", approvals = AgentApprovals.DENY)
	void runsNothingThatIsDenied() {
		assertThat(this.clerk.ask(REFUND)).contains("Error: a person denied this call.");
		assertThat(this.payments.made()).hasValue(0);
	}

	@Test
	@WithAgent(capabilities = "payments:refund", approvals = AgentApprovals.EXPIRE)
	void runsNothingThatNobodyDecides() {
		assertThat(this.clerk.ask(REFUND)).contains("Error: nobody approved this call in time.");
		assertThat(this.payments.made()).hasValue(0);
	}

	@Test
	@WithAgent(approvals = AgentApprovals.APPROVE)
	void asksNobodyAboutWhatIsDeniedAnyway() {
		assertThat(this.clerk.ask(REFUND)).contains("Error: agent lacks 'payments:refund' capability.");
		assertThat(this.agent).wasDenied("payments:refund").askedForNoApproval();
	}

	@RepeatedTest(2)
	void nothingIsApprovedUnlessTheTestSaysSo() {
		assertThat(this.clerk.ask(REFUND)).contains("Approval pending: Refund 10 to Ada. Tell the user");
		assertThat(this.payments.made()).hasValue(0);
		this.agent.approve("refund");
		assertThat(this.clerk.ask(REFUND.replace("10", "11"))).as("another call").contains("Approval pending");
		assertThat(this.clerk.ask(REFUND)).contains("Refunded 10 to Ada");
		assertThat(this.payments.made()).hasValue(1);
		assertThat(this.agent).askedForApprovalOf("refund").withArgument("amount", 11);
	}

	@Test
	void aReviewerHasAWord() {
		this.clerk.ask(REFUND);
		this.agent.denyApproval("refund", "Ask Ada for the receipt");
		assertThat(this.clerk.ask(REFUND)).contains("The reviewer's message: \"Ask Ada for the receipt\"");
		this.clerk.ask(REFUND.replace("10", "11"));
		this.agent.denyApproval("refund");
		assertThat(this.clerk.ask(REFUND.replace("10", "11"))).endsWith("Error: a person denied this call.");
	}

	@Test
	void aMethodIsMeantByItsNameToo() {
		for (String name : List.of("refund", "Payments.refund", "refund(String,BigDecimal)")) {
			BigDecimal amount = BigDecimal.valueOf(name.length());
			refusesToRefund(amount);
			this.agent.approve(name.equals("Payments.refund") ? "WithAgentApprovalsTests$" + name : name);
			assertThat(this.payments.refund("Ada", amount)).isEqualTo("Refunded " + amount + " to Ada");
		}
		assertThat(this.agent).askedForApprovalOf("refund").withArguments("customer", "Ada", "amount", 6);
	}

	@Test
	void oneIsDecidedByItsId() {
		Approval first = refusesToRefund(BigDecimal.ONE);
		refusesToRefund(BigDecimal.TEN);
		this.agent.approve(first.id());
		assertThat(this.payments.refund("Ada", BigDecimal.ONE)).isEqualTo("Refunded 1 to Ada");
		refusesToRefund(BigDecimal.TEN);
	}

	@Test
	void whoWaitsAndWhoListensIsToldAtOnce() throws Exception {
		Approval asked = refusesToRefund(BigDecimal.TEN);
		CompletableFuture<Approval> waiting = CompletableFuture
			.supplyAsync(() -> this.approvals.await(asked.id(), Duration.ofMinutes(1)));
		this.agent.approve("refund");
		assertThat(this.decisions.all()).singleElement().satisfies((decided) -> {
			assertThat(decided.state()).isEqualTo(ApprovalState.APPROVED);
			assertThat(decided.approvedBy()).isEqualTo("test-reviewer");
		});
		assertThat(waiting.get().state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(this.approvals.resume(asked.id())).isEqualTo("Refunded 10 to Ada");
		assertThat(this.payments.made()).hasValue(1);
	}

	@Test
	void timeGoesByForWhatWaits() {
		this.clerk.ask(REFUND);
		this.agent.expireApprovals();
		assertThat(this.decisions.all()).extracting(Approval::state).containsExactly(ApprovalState.EXPIRED);
		assertThat(this.clerk.ask(REFUND)).contains("Error: nobody approved this call in time.");
		assertThat(this.clerk.ask(REFUND)).as("asks anew").contains("Approval pending");
	}

	@Test
	void timeGoesByForWhatIsApprovedAndHasNotRun() {
		this.clerk.ask(REFUND);
		this.agent.approve("refund").expireApprovals();
		assertThat(this.clerk.ask(REFUND)).contains("Error: nobody approved this call in time.");
		assertThat(this.payments.made()).hasValue(0);
	}

	@Test
	void whatPeopleSayChangesWithinATest() {
		this.clerk.ask(REFUND);
		this.agent.approvals(AgentApprovals.APPROVE);
		assertThat(this.clerk.ask(REFUND)).as("asked before").contains("Approval pending");
		assertThat(this.clerk.ask(REFUND.replace("10", "11"))).contains("Refunded 11 to Ada");
	}

	@Test
	void grantingACapabilityLeavesWhatWaits() {
		Approval asked = refusesToRefund(BigDecimal.TEN);
		this.agent.grant("read:documents").approve("refund");
		assertThat(this.approvals.resume(asked.id())).isEqualTo("Refunded 10 to Ada");
	}

	@Test
	void aDecisionInAnOutageIsLearntAfterIt() {
		this.clerk.ask(REFUND);
		this.agent.unavailable(true).approve("refund");
		assertThat(this.clerk.ask(REFUND)).contains("Approval pending");
		assertThat(this.clerk.ask(REFUND.replace("10", "11"))).contains("Error: authorization is unavailable");
		this.agent.unavailable(false);
		assertThat(this.clerk.ask(REFUND)).contains("Refunded 10 to Ada");
		assertThat(this.payments.made()).hasValue(1);
	}

	@Test
	void saysWhatWaitsWhereAnotherCallIsDecided() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.agent.approve("refund"))
			.withMessage("No call of 'refund' waits for a person. In this test no person was asked for an approval.");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.agent::expireApprovals)
			.withMessageContaining("No call waits for a person, and each approved call has run.");
		this.clerk.ask(REFUND);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.agent.denyApproval("transfer"))
			.withMessageContaining("""
					No call of 'transfer' waits for a person. In this test people were asked to approve
					  'refund' with {"amount":10,"customer":"Ada"}: "Refund 10 to Ada", which is pending (apr_""");
		this.agent.approve("refund");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.agent.approve("refund"))
			.withMessageContaining("which is approved (apr_");
	}

	private Approval refusesToRefund(BigDecimal amount) {
		try {
			this.payments.refund("Ada", amount);
		}
		catch (ApprovalPendingException ex) {
			return ex.getApproval();
		}
		throw new AssertionError("It was not refused");
	}

	static class Payments {

		private final AtomicInteger made = new AtomicInteger();

		@Tool(description = "Refund a payment.")
		@RequiresCapability("payments:refund")
		@RequiresApproval(reason = "Refund {amount} to {customer}")
		public String refund(String customer, BigDecimal amount) {
			this.made.incrementAndGet();
			return "Refunded " + amount + " to " + customer;
		}

		public AtomicInteger made() {
			return this.made;
		}

	}

	static class Clerk {

		private final ChatClient chat;

		Clerk(ChatClient.Builder builder, Payments payments) {
			this.chat = builder.defaultTools(payments).build();
		}

		String ask(String question) {
			return String.valueOf(this.chat.prompt(question).call().content());
		}

	}

	static class Decisions {

		private final List<Approval> all = new CopyOnWriteArrayList<>();

		@EventListener
		void on(ApprovalDecidedEvent event) {
			this.all.add(event.getApproval());
		}

		List<Approval> all() {
			return this.all;
		}

	}

}
