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

import java.time.Duration;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.user.UserRequiredException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers with a problem (RFC 9457) when a controller ends in one of this library's
 * exceptions: 403 without the capability, the user it acts for or a person's approval,
 * 429 without budget, 503 without LumoAuth. Last of all advice, so that the application's
 * own decides.
 * <p>
 * With Spring Security in front as well: its filter would send a user who is not logged
 * in to the login, though it is the agent that lacks something.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class LumoAuthProblemDetailAdvice {

	private static final Log logger = LogFactory.getLog(LumoAuthProblemDetailAdvice.class);

	/**
	 * Answer with a problem.
	 * @param failure what the controller threw
	 * @return the problem
	 * @throws Exception if this library's exception is only somewhere among the causes:
	 * the application has put another in its place, which decides
	 */
	@ExceptionHandler({ CapabilityDeniedException.class, BudgetExhaustedException.class, LumoAuthException.class })
	ResponseEntity<ProblemDetail> handle(Exception failure) throws Exception {
		if (failure instanceof CapabilityDeniedException denied) {
			return answer(denied.getBody(), new HttpHeaders());
		}
		if (failure instanceof BudgetExhaustedException) {
			return answer(ProblemDetail.forStatusAndDetail(HttpStatus.TOO_MANY_REQUESTS, failure.getMessage()),
					new HttpHeaders());
		}
		if (failure instanceof UserRequiredException) {
			// Not 401: whoever is signed in already would be sent to the login for
			// nothing. The message names properties: it is for the log.
			logger.warn("Answered 403, because there was no user: " + failure.getMessage());
			return answer(ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN,
					"This acts for a user, and no user is signed in."), new HttpHeaders());
		}
		if (failure instanceof ApprovalException notApproved) {
			return answer(ApprovalProblem.of(notApproved), new HttpHeaders());
		}
		if (failure instanceof LumoAuthException) {
			// The message names addresses: it is for the log.
			logger.warn("Answered 503, because there was no authorization: " + failure.getMessage());
			return answer(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"Authorization is unavailable; try again later."), retryAfter(failure));
		}
		throw failure;
	}

	/**
	 * {@code Retry-After} in whole seconds, rounded up (RFC 9110 section 10.2.3).
	 */
	private static HttpHeaders retryAfter(Exception failure) {
		HttpHeaders headers = new HttpHeaders();
		Duration wait = (failure instanceof LumoAuthRateLimitedException limited) ? limited.getRetryAfter() : null;
		if (wait != null) {
			long seconds = wait.plus(Duration.ofSeconds(1).minusNanos(1)).toSeconds();
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, seconds)));
		}
		return headers;
	}

	private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem, HttpHeaders headers) {
		return ResponseEntity.status(problem.getStatus())
			.headers(headers)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem);
	}

}
