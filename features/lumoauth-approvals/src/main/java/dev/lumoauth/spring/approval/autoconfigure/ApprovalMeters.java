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
import java.util.function.ToIntFunction;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.autoconfigure.ApprovalCounts.Count;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * The metrics of approvals, by agent. Their tags never contain a tool, a user or an
 * argument.
 * <ul>
 * <li>{@code lumoauth.approvals.pending} and {@code lumoauth.approvals.undecided}: how
 * many wait, and how many have started without a known end. The value is not a number if
 * the store gives no answer.</li>
 * <li>{@code lumoauth.approvals.decided}, by outcome, and
 * {@code lumoauth.approvals.decision}, the time until the decision: each request
 * once.</li>
 * <li>{@code lumoauth.approvals.calls}, by the outcome of the approved call.</li>
 * </ul>
 */
record ApprovalMeters(ApprovalCounts counts,
		ObjectProvider<MeterRegistry> registry) implements SmartApplicationListener {

	void bind(String agent, MeterRegistry registry) {
		bind(agent, registry, "lumoauth.approvals.pending", "Requests that wait for a person", Count::pending);
		bind(agent, registry, "lumoauth.approvals.undecided",
				"Approved calls that have begun and whose end is not known", Count::undecided);
	}

	private void bind(String agent, MeterRegistry registry, String name, String description,
			ToIntFunction<Count> figure) {
		Gauge.builder(name, this.counts, (counts) -> value(counts.of(agent), figure))
			.description(description)
			.tag("agent", agent)
			.strongReference(true)
			.register(registry);
	}

	private static double value(@Nullable Count count, ToIntFunction<Count> figure) {
		return (count != null) ? figure.applyAsInt(count) : Double.NaN;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
		return ApprovalDecidedEvent.class.isAssignableFrom(type) || ApprovedCallEvent.class.isAssignableFrom(type);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		MeterRegistry registry = this.registry.getIfUnique();
		if (registry == null) {
			return;
		}
		if (event instanceof ApprovalDecidedEvent decided) {
			Approval approval = decided.getApproval();
			if (ApprovalEnd.isOfApprovedCall(approval)) {
				countCall(approval, registry);
			}
			else {
				countDecision(approval, registry);
			}
		}
		else if (event instanceof ApprovedCallEvent call && call.getApproval().state() != ApprovalState.RUNNING) {
			countCall(call.getApproval(), registry);
		}
	}

	private static void countDecision(Approval approval, MeterRegistry registry) {
		String outcome = approval.state().code();
		String agent = approval.call().agent();
		Counter.builder("lumoauth.approvals.decided")
			.description("Approval requests that have been decided")
			.tag("agent", agent)
			.tag("outcome", outcome)
			.register(registry)
			.increment();
		Instant decidedAt = (approval.decidedAt() != null) ? approval.decidedAt() : approval.endedAt();
		if (decidedAt != null) {
			Duration taken = Duration.between(approval.requestedAt(), decidedAt);
			Timer.builder("lumoauth.approvals.decision")
				.description("Time from an approval request to its decision")
				.tag("agent", agent)
				.tag("outcome", outcome)
				.register(registry)
				.record(taken.isNegative() ? Duration.ZERO : taken);
		}
	}

	private static void countCall(Approval approval, MeterRegistry registry) {
		Counter.builder("lumoauth.approvals.calls")
			.description("Approved calls that have ended, and approvals that were not used")
			.tag("agent", approval.call().agent())
			.tag("end", approval.state().code())
			.register(registry)
			.increment();
	}

}
