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
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Describes the approvals of an agent, without the arguments of a call and without the
 * reason, which may contain arguments.
 */
final class ApprovalsDescription {

	private static final Log logger = LogFactory.getLog(ApprovalsDescription.class);

	private ApprovalsDescription() {
	}

	/**
	 * Describe the approvals of an agent.
	 * @param approvals the approvals
	 * @param wiring how they were made
	 * @param ownChannel the application's own approval channel, if the agent has one
	 */
	static Map<String, Object> of(LumoAuthApprovals approvals, ApprovalWiring wiring,
			@Nullable ApprovalChannel ownChannel) {
		boolean ours = approvals instanceof Approvals;
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("channel", ours ? wiring.channelCode(ownChannel) : ApprovalWiring.CUSTOM);
		described.put("mode", ours ? wiring.modeCode() : ApprovalWiring.CUSTOM);
		described.put("store", ours ? wiring.storeCode() : ApprovalWiring.CUSTOM);
		try {
			described.put("pending", list(approvals.pending()));
			described.put("undecided", list(approvals.undecided()));
		}
		catch (RuntimeException ex) {
			logger.warn("The approval store does not answer, so no approvals are shown", ex);
		}
		return described;
	}

	private static List<Map<String, Object>> list(List<Approval> approvals) {
		return approvals.stream().map(ApprovalsDescription::describe).toList();
	}

	private static Map<String, Object> describe(Approval approval) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("id", approval.id());
		described.put("tool", approval.tool());
		described.put("state", approval.state().code());
		described.put("impact", approval.impact().code());
		described.put("requestedAt", approval.requestedAt());
		described.put("expiresAt", approval.expiresAt());
		return described;
	}

}
