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

package dev.lumoauth.spring.approval;

import java.net.URI;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * The answer to a controller's caller when a call lacks a person's approval: 403 with the
 * request's id; 409 if the call was started before; 422 if the call can't be shown to a
 * person. The reviewer's message to the agent, the reason and messages that name
 * properties are not sent.
 */
final class ApprovalProblem {

	private static final Log logger = LogFactory.getLog(ApprovalProblem.class);

	private ApprovalProblem() {
	}

	static ProblemDetail of(ApprovalException failure) {
		Approval approval = failure.getApproval();
		if (failure instanceof ApprovalPendingException && approval != null) {
			ProblemDetail problem = problem(HttpStatus.FORBIDDEN, "approval-pending", "Approval pending",
					"A person has to approve this call first. Make the same call again after that.", approval);
			problem.setProperty("expires_at", approval.expiresAt().toString());
			return problem;
		}
		if (failure instanceof ApprovalDeniedException) {
			return problem(HttpStatus.FORBIDDEN, "approval-denied", "Approval denied", "A person denied this call.",
					approval);
		}
		if (failure instanceof TooSoonAfterDenialException paused) {
			ProblemDetail problem = problem(HttpStatus.FORBIDDEN, "approval-paused", "Approval paused",
					"A person has denied earlier calls of this kind, so nobody is asked about this call now.",
					approval);
			if (paused.getUntil() != null) {
				problem.setProperty("paused_until", paused.getUntil().toString());
			}
			return problem;
		}
		if (failure instanceof NobodyToAskException) {
			logger.warn("Answered 403, because there is no person to ask: " + failure.getMessage());
			return problem(HttpStatus.FORBIDDEN, "approval-impossible", "Approval impossible",
					"A person has to approve this call, but there is no person to ask.", approval);
		}
		if (failure instanceof CallNotShownException) {
			logger.warn("Answered 422, because a call could not be shown: " + failure.getMessage());
			return problem(HttpStatus.UNPROCESSABLE_CONTENT, "call-not-shown", "Call not shown",
					"A person has to approve this call, but its arguments can't be shown to a person.", approval);
		}
		return notGiven(approval);
	}

	private static ProblemDetail notGiven(@Nullable Approval approval) {
		ApprovalState state = (approval != null) ? approval.state() : ApprovalState.CANCELLED;
		return switch (state) {
			case RUNNING, FAILED, DONE -> problem(HttpStatus.CONFLICT, "call-has-begun", "Call has begun",
					"This call was approved earlier and has already begun. It does not run again automatically.",
					approval);
			case EXPIRED -> problem(HttpStatus.FORBIDDEN, "approval-expired", "Approval expired",
					"Nobody approved this call in time.", approval);
			case CANCELLED, DENIED, PENDING, APPROVED -> problem(HttpStatus.FORBIDDEN, "approval-cancelled",
					"Approval cancelled", "The request to approve this call was cancelled.", approval);
		};
	}

	private static ProblemDetail problem(HttpStatus status, String type, String title, String detail,
			@Nullable Approval approval) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setType(URI.create("urn:lumoauth:problem:" + type));
		problem.setTitle(title);
		if (approval != null) {
			problem.setProperty("approval_id", approval.id());
		}
		return problem;
	}

}
