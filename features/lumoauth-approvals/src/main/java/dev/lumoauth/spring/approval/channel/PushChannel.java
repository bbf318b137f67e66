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

package dev.lumoauth.spring.approval.channel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.ShownText;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.approval.client.PushApproval;
import dev.lumoauth.spring.approval.client.PushApprovalRequest;
import dev.lumoauth.spring.guard.CanonicalJson;
import org.jspecify.annotations.Nullable;

/**
 * Asks one user on a device. An approval gives no token.
 */
record PushChannel(ApprovalsClient client) implements ApprovalChannel {

	private static final String E_MAIL = "Error: the user was asked by e-mail, and nothing can be decided there; "
			+ "ask the user to set up a device.";

	private static final String NO_DEVICE = "Error: the user has no device to approve this with.";

	@Override
	public ApprovalAnswer ask(ApprovalQuestion question) {
		Approval approval = question.approval();
		PushApproval asked = request(question, new PushApprovalRequest(approval.id(), reason(question),
				approval.impact().code(), AskedUser.of(question), meta(question)));
		if (asked.token() == null) {
			throw new NobodyToAskException("The user who should approve '" + approval.tool()
					+ "' has no device for it: LumoAuth has sent an e-mail, and the user can't decide by e-mail. "
					+ "Have the user set up a device at LumoAuth, or set another lumoauth.approvals.channel", E_MAIL);
		}
		return answer(asked, asked.token());
	}

	private PushApproval request(ApprovalQuestion question, PushApprovalRequest request) {
		try {
			return this.client.requestApproval(request);
		}
		catch (LumoAuthDeniedException ex) {
			throw switch (ex.getErrorCode()) {
				case "precondition_required" ->
					new NobodyToAskException("The user who should approve '" + question.approval().tool()
							+ "' has no device for it, and LumoAuth could not send an e-mail either. Have the user "
							+ "set up a device at LumoAuth, or set another lumoauth.approvals.channel", NO_DEVICE);
				case "not_found" -> AskedUser.unknown(question);
				default -> ex;
			};
		}
	}

	/**
	 * LumoAuth's documents promise only that the user reads the reason. So the reason has
	 * everything that the user approves.
	 */
	private static String reason(ApprovalQuestion question) {
		Approval approval = question.approval();
		String reason = approval.reason() + ". " + ToolInvocation.tool(approval) + " "
				+ CanonicalJson.of(question.shownArguments());
		if (reason.length() > ShownText.MAX_REASON) {
			throw CallNotShownException.tooLong(approval.tool(), "the question to the person, with all arguments,",
					reason.length(), ShownText.MAX_REASON,
					"Set lumoauth.approvals.channel=jit or ciba, which show longer calls, or let the tool take less");
		}
		return reason;
	}

	private static Map<String, Object> meta(ApprovalQuestion question) {
		Map<String, Object> meta = new LinkedHashMap<>();
		meta.put("tool", ToolInvocation.tool(question.approval()));
		meta.put("arguments", question.shownArguments());
		return meta;
	}

	@Override
	public ApprovalAnswer status(Approval approval) {
		try {
			return answer(this.client.approval(References.of(approval)), null);
		}
		catch (LumoAuthDeniedException ex) {
			return References.answer(ex);
		}
	}

	private static ApprovalAnswer answer(PushApproval asked, @Nullable String reference) {
		ApprovalState state = References.state(asked.status());
		return new ApprovalAnswer(state, reference, null, asked.expiresAt(),
				(state == ApprovalState.APPROVED) ? asked.approvedBy() : null, null);
	}

	@Override
	public Duration interval() {
		return Duration.ofMillis(1_500);
	}

	@Override
	public Duration untilNextStatus() {
		return this.client.untilPoll();
	}

}
