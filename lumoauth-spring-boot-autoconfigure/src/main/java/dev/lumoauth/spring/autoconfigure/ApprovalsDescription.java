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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.autoconfigure.LumoAuthEndpoint.ApprovalDescriptor;
import dev.lumoauth.spring.autoconfigure.LumoAuthEndpoint.ApprovalsDescriptor;
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
	static @Nullable ApprovalsDescriptor of(@Nullable LumoAuthApprovals approvals, ApprovalWiring wiring,
			@Nullable ApprovalChannel ownChannel) {
		if (approvals == null) {
			return null;
		}
		boolean ours = approvals instanceof Approvals;
		return new ApprovalsDescriptor(ours ? wiring.channelCode(ownChannel) : ApprovalWiring.CUSTOM,
				ours ? wiring.modeCode() : ApprovalWiring.CUSTOM, ours ? wiring.storeCode() : ApprovalWiring.CUSTOM,
				list(approvals::pending), list(approvals::undecided));
	}

	private static @Nullable List<ApprovalDescriptor> list(Supplier<List<Approval>> approvals) {
		try {
			return approvals.get().stream().map(ApprovalsDescription::describe).toList();
		}
		catch (RuntimeException ex) {
			logger.warn("The approval store does not answer, so no approvals are shown", ex);
			return null;
		}
	}

	private static ApprovalDescriptor describe(Approval approval) {
		return new ApprovalDescriptor(approval.id(), approval.tool(), approval.state().code(), approval.impact().code(),
				approval.requestedAt(), approval.expiresAt());
	}

}
