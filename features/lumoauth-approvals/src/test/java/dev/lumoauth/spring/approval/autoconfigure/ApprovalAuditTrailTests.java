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

package dev.lumoauth.spring.approval.autoconfigure;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.GuardDecision;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardOutcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApprovalAuditTrail}: what people are asked and decide is in Boot's
 * audit events, without the arguments.
 */
public class ApprovalAuditTrailTests {

	private static final Instant ASKED = Instant.parse("2026-05-04T10:00:00Z");

	private final ScriptedPeople people = new ScriptedPeople();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthApprovalsAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class,
				AuditAutoConfiguration.class))
		.withBean(InMemoryAuditEventRepository.class)
		.withBean(ScriptedPeople.class, () -> this.people)
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t");

	@Test
	void showsTheWholeWayOfACall() {
		this.people.atOnce(ApprovalState.APPROVED);
		this.runner.run((context) -> {
			LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
			String id = request(approvals).id();
			approvals.run(id, () -> "MARKER");
			assertThat(events(context)).extracting(AuditEvent::getType)
				.containsExactly("LUMOAUTH_APPROVAL_REQUESTED", "LUMOAUTH_APPROVAL_DECIDED",
						"LUMOAUTH_APPROVED_CALL_ENDED");
			assertThat(events(context)).extracting(AuditEvent::getPrincipal).containsOnly("agt_1");
			assertThat(events(context)).extracting(AuditEvent::getData)
				.containsExactly(Map.of("agent", "agt_1", "tool", "refund", "request", id, "impact", "high"),
						Map.of("agent", "agt_1", "tool", "refund", "request", id, "impact", "high", "outcome",
								"approved", "approvedBy", "LumoAuth's rule"),
						Map.of("agent", "agt_1", "tool", "refund", "request", id, "impact", "high", "outcome", "done",
								"approvedBy", "LumoAuth's rule"));
			assertThat(events(context).toString()).doesNotContain("MARKER");
		});
	}

	@Test
	void saysThatAPersonDenied() {
		this.people.atOnce(ApprovalState.DENIED);
		this.runner.run((context) -> {
			request(context.getBean(LumoAuthApprovals.class));
			assertThat(events(context)).last()
				.satisfies((event) -> assertThat(event.getType()).isEqualTo("LUMOAUTH_APPROVAL_DECIDED"))
				.satisfies((event) -> assertThat(event.getData()).containsEntry("outcome", "denied"));
		});
	}

	@Test
	void namesTheUserAndWhoApprovedByLumoAuthsWordAndNothingOfTheCall() {
		this.runner.run((context) -> {
			context.publishEvent(new ApprovalRequestedEvent(this, approval(ApprovalState.PENDING, null, null)));
			context.publishEvent(new ApprovalDecidedEvent(this, approval(ApprovalState.APPROVED, ASKED, null), true));
			assertThat(events(context)).last()
				.satisfies((event) -> assertThat(event.getData())
					.isEqualTo(Map.of("agent", "agt_1", "user", "jane", "tool", "refund", "request", "apr_1", "impact",
							"high", "missing", "payments:refund", "outcome", "approved", "approvedBy", "boss")));
			assertThat(events(context).toString()).doesNotContain("MARKER");
		});
	}

	@Test
	void tellsAnApprovalThatNobodyUsedFromARequestThatNobodyDecided() {
		this.runner.run((context) -> {
			context.publishEvent(new ApprovalDecidedEvent(this, approval(ApprovalState.EXPIRED, null, ASKED), true));
			context.publishEvent(
					new ApprovalDecidedEvent(this, approval(ApprovalState.EXPIRED, ASKED, ASKED.plusSeconds(1)), true));
			assertThat(events(context)).extracting(AuditEvent::getType)
				.containsExactly("LUMOAUTH_APPROVAL_DECIDED", "LUMOAUTH_APPROVED_CALL_ENDED");
		});
	}

	@Test
	void saysNothingOfACallThatBegins() {
		this.runner.run((context) -> {
			context.publishEvent(new ApprovedCallEvent(this, approval(ApprovalState.RUNNING, ASKED, null)));
			assertThat(events(context)).isEmpty();
		});
	}

	@ParameterizedTest
	@CsvSource({ "approval_pending, LUMOAUTH_CALL_NOT_APPROVED, approval_pending",
			"not_approved, LUMOAUTH_CALL_NOT_APPROVED, not_approved", "deny, LUMOAUTH_CAPABILITY_REFUSED, deny" })
	void aCallWithoutAnApprovalIsNoRefusedCapability(GuardDecision decision, String type, String reason) {
		this.runner.run((context) -> {
			context.getBean(GuardListener.class)
				.decided(new GuardOutcome("agt_1", decision, false, List.of(), List.of(), "refund", null));
			assertThat(events(context)).singleElement().satisfies((event) -> {
				assertThat(event.getType()).isEqualTo(type);
				assertThat(event.getData()).isEqualTo(Map.of("agent", "agt_1", "tool", "refund", "reason", reason));
			});
		});
	}

	private static Approval request(LumoAuthApprovals approvals) {
		return approvals.request("refund", CallArguments.of(Map.of("card", "4111-MARKER")),
				new ApprovalRule("Refund to {card}", Impact.HIGH, "", List.of()));
	}

	public static Approval approval(ApprovalState state, @Nullable Instant decidedAt, @Nullable Instant endedAt) {
		return new Approval("apr_1", 0, state,
				new ApprovalCall("agt_1", "jane", "refund", null, "{\"card\":\"4111-MARKER\"}"),
				"Refund to 4111-MARKER", Impact.HIGH, List.of(), List.of("payments:refund"), "conversation-MARKER",
				true, "reference-MARKER", "task-MARKER", ASKED, ASKED.plusSeconds(300), decidedAt,
				(decidedAt != null) ? "boss" : null, "message-MARKER", endedAt, "result-MARKER");
	}

	private static List<AuditEvent> events(ApplicationContext context) {
		return context.getBean(InMemoryAuditEventRepository.class).find(null, null, null);
	}

}
