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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthMetricsAutoConfiguration;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.guard.CallArguments;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ApprovalMeters} and {@link ApprovalsHealthIndicator}.
 */
class ApprovalMetersTests {

	private static final Instant ASKED = Instant.parse("2026-05-04T10:00:00Z");

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ofHours(1));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthApprovalsAutoConfiguration.class, LumoAuthMetricsAutoConfiguration.class,
				MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withBean(ScriptedPeople.class, () -> this.people)
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t",
				"lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=s3cr3t");

	@Test
	void countsWhatWaitsAndWhatHasNoKnownEnd() {
		this.runner.run((context) -> {
			LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
			request(approvals, 1);
			request(approvals, 2);
			this.people.atOnce(ApprovalState.APPROVED);
			request(approvals, 3);
			String id = request(approvals, 4).id();
			approvals.run(id, () -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(gauge(meters, "pending", "agt_1")).isEqualTo(2);
				assertThat(gauge(meters, "undecided", "agt_1")).isEqualTo(1);
				assertThat(gauge(meters, "pending", "agt_t")).isZero();
				return null;
			});
		});
	}

	@Test
	void aStoreWithoutAnAnswerFailsNoScrape() {
		ApprovalStore store = mock(ApprovalStore.class);
		given(store.findByState(any(), any(), anyInt())).willThrow(new IllegalStateException("the database is down"));
		this.runner.withBean(ApprovalStore.class, () -> store).run((context) -> {
			assertThat(gauge(context.getBean(MeterRegistry.class), "pending", "agt_1")).isNaN();
		});
	}

	@Test
	void countsEachDecisionOnceWithItsTime() {
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			Instant decided = ASKED.plusSeconds(30);
			Instant ended = ASKED.plusSeconds(90);
			context.publishEvent(decision(ApprovalState.APPROVED, decided, null));
			context.publishEvent(decision(ApprovalState.DENIED, decided, decided));
			context.publishEvent(decision(ApprovalState.EXPIRED, null, ended));
			context.publishEvent(decision(ApprovalState.EXPIRED, decided, ended));
			context.publishEvent(decision(ApprovalState.CANCELLED, null, ended));
			for (String outcome : List.of("approved", "denied", "expired", "cancelled")) {
				assertThat(meters.get("lumoauth.approvals.decided")
					.tags("agent", "agt_1", "outcome", outcome)
					.counter()
					.count()).as(outcome).isOne();
			}
			assertThat(meters.get("lumoauth.approvals.decision")
				.tag("outcome", "approved")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(30);
			assertThat(meters.get("lumoauth.approvals.decision")
				.tag("outcome", "expired")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(90);
			assertThat(calls(meters, "expired")).as("approved, and never run").isOne();
		});
	}

	@Test
	void countsApprovedCallsByTheirEnd() {
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			for (ApprovalState state : List.of(ApprovalState.RUNNING, ApprovalState.DONE, ApprovalState.FAILED)) {
				context.publishEvent(new ApprovedCallEvent(this,
						ApprovalAuditTrailTests.approval(state, ASKED, ASKED.plusSeconds(1))));
			}
			assertThat(calls(meters, "done")).isOne();
			assertThat(calls(meters, "failed")).isOne();
			assertThat(meters.get("lumoauth.approvals.calls").counters()).hasSize(2);
		});
	}

	@Test
	void tagsNameNoToolNoUserAndNoArgument() {
		this.people.atOnce(ApprovalState.APPROVED);
		this.runner.run((context) -> {
			LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
			approvals.run(request(approvals, 1).id(), () -> "done");
			List<Meter> meters = context.getBean(MeterRegistry.class)
				.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("lumoauth.approvals."))
				.toList();
			assertThat(meters).hasSizeGreaterThan(4)
				.flatExtracting((meter) -> meter.getId().getTags())
				.extracting(Tag::getKey)
				.containsOnly("agent", "outcome", "end");
		});
	}

	private ApprovalDecidedEvent decision(ApprovalState state, Instant decidedAt, Instant endedAt) {
		return new ApprovalDecidedEvent(this, ApprovalAuditTrailTests.approval(state, decidedAt, endedAt), true);
	}

	private static Approval request(LumoAuthApprovals approvals, int amount) {
		return approvals.request("refund", CallArguments.of(Map.of("amount", amount)),
				new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of()));
	}

	private static double gauge(MeterRegistry meters, String name, String agent) {
		return meters.get("lumoauth.approvals." + name).tag("agent", agent).gauge().value();
	}

	private static double calls(MeterRegistry meters, String end) {
		return meters.get("lumoauth.approvals.calls").tags("agent", "agt_1", "end", end).counter().count();
	}

}
