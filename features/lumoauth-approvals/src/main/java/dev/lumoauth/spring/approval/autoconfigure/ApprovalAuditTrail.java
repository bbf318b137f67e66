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

import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Publishes requests for approval, decisions and their outcomes as Boot's audit events.
 * The principal is the agent. The events contain neither the arguments nor the reason and
 * the result, which may contain arguments.
 */
record ApprovalAuditTrail(ApplicationEventPublisher publisher) implements SmartApplicationListener {

	static final String REQUESTED = "LUMOAUTH_APPROVAL_REQUESTED";

	static final String DECIDED = "LUMOAUTH_APPROVAL_DECIDED";

	static final String CALL_ENDED = "LUMOAUTH_APPROVED_CALL_ENDED";

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
		return ApprovalEvent.class.isAssignableFrom(type);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApprovalRequestedEvent requested) {
			publish(REQUESTED, requested.getApproval(), false);
		}
		else if (event instanceof ApprovalDecidedEvent decided) {
			boolean ofCall = ApprovalEnd.isOfApprovedCall(decided.getApproval());
			publish(ofCall ? CALL_ENDED : DECIDED, decided.getApproval(), true);
		}
		else if (event instanceof ApprovedCallEvent call && call.getApproval().state() != ApprovalState.RUNNING) {
			publish(CALL_ENDED, call.getApproval(), true);
		}
	}

	private void publish(String type, Approval approval, boolean withOutcome) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("agent", approval.call().agent());
		put(data, "user", approval.call().user());
		data.put("tool", approval.tool());
		data.put("request", approval.id());
		data.put("impact", approval.impact().code());
		if (!approval.capabilities().isEmpty()) {
			data.put("missing", String.join(",", approval.capabilities()));
		}
		if (withOutcome) {
			data.put("outcome", approval.state().code());
			put(data, "approvedBy", approval.approvedBy());
		}
		this.publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(approval.call().agent(), type, data)));
	}

	private static void put(Map<String, Object> data, String name, @Nullable String value) {
		if (value != null) {
			data.put(name, value);
		}
	}

}
