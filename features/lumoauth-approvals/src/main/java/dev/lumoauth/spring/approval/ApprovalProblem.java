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
import java.util.Locale;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

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
		ProblemDetail problem;
		if (failure instanceof ApprovalPendingException) {
			problem = problem(HttpStatus.FORBIDDEN, "Approval pending",
					"A person has to approve this call first. Make the same call again after that.");
			problem.setProperty("expires_at", Objects.requireNonNull(approval).expiresAt().toString());
		}
		else if (failure instanceof ApprovalDeniedException) {
			problem = problem(HttpStatus.FORBIDDEN, "Approval denied", "A person denied this call.");
		}
		else if (failure instanceof TooSoonAfterDenialException paused) {
			problem = problem(HttpStatus.FORBIDDEN, "Approval paused",
					"A person has denied earlier calls of this kind, so nobody is asked about this call now.");
			if (paused.getUntil() != null) {
				problem.setProperty("paused_until", paused.getUntil().toString());
			}
		}
		else if (failure instanceof NobodyToAskException) {
			logger.warn("Answered 403, because there is no person to ask: " + failure.getMessage());
			problem = problem(HttpStatus.FORBIDDEN, "Approval impossible",
					"A person has to approve this call, but there is no person to ask.");
		}
		else if (failure instanceof CallNotShownException) {
			logger.warn("Answered 422, because a call could not be shown: " + failure.getMessage());
			problem = problem(HttpStatus.UNPROCESSABLE_CONTENT, "Call not shown",
					"A person has to approve this call, but its arguments can't be shown to a person.");
		}
		else if (failure instanceof TooManyPendingException) {
			logger.warn("Answered 403, because too many calls wait for a person: " + failure.getMessage());
			problem = problem(HttpStatus.FORBIDDEN, "Too many pending",
					"Too many calls wait for a person's approval. Make the same call again when some are decided.");
		}
		else {
			problem = notGiven((approval != null) ? approval.state() : ApprovalState.CANCELLED);
		}
		if (approval != null) {
			problem.setProperty("approval_id", approval.id());
		}
		return problem;
	}

	private static ProblemDetail notGiven(ApprovalState state) {
		return switch (state) {
			case RUNNING, FAILED, DONE -> problem(HttpStatus.CONFLICT, "Call has begun",
					"This call was approved earlier and has already begun. It does not run again automatically.");
			case EXPIRED -> problem(HttpStatus.FORBIDDEN, "Approval expired", "Nobody approved this call in time.");
			default ->
				problem(HttpStatus.FORBIDDEN, "Approval cancelled", "The request to approve this call was cancelled.");
		};
	}

	private static ProblemDetail problem(HttpStatus status, String title, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setType(URI.create("urn:lumoauth:problem:" + title.toLowerCase(Locale.ROOT).replace(' ', '-')));
		problem.setTitle(title);
		return problem;
	}

}
