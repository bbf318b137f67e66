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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
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
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers with a problem (RFC 9457) when a controller fails with one of this library's
 * exceptions: 403 if the capability, the user or a person's approval is missing, 429 if
 * the budget is exhausted, 503 if LumoAuth is unavailable. This advice comes last, so
 * that the application's own takes precedence.
 * <p>
 * This also holds behind Spring Security: its filter would send a user who is not logged
 * in to the login, although the agent lacks something.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class LumoAuthProblemDetailAdvice {

	private static final Log logger = LogFactory.getLog(LumoAuthProblemDetailAdvice.class);

	private static final Duration QUIET = Duration.ofMinutes(1);

	private final Clock clock;

	private final Map<Class<?>, Logged> logged = new ConcurrentHashMap<>();

	LumoAuthProblemDetailAdvice(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Answer with a problem.
	 * @param failure the exception of the controller
	 * @return the problem
	 * @throws Exception if this library's exception is only one of the causes: the
	 * application has replaced it with its own exception, which counts
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
			// Not 401: sending a signed-in user to the login would not help. The message
			// names properties, so it is only for the log.
			logger.warn("Answered 403, because there was no user: " + failure.getMessage());
			return answer(ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN,
					"This call acts for a user, but no user is signed in."), new HttpHeaders());
		}
		if (failure instanceof LumoAuthException && failure instanceof ErrorResponse response) {
			return answer(response.getBody(), new HttpHeaders());
		}
		if (failure instanceof LumoAuthException) {
			// The message names addresses, so it is only for the log.
			warn(failure);
			return answer(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"Authorization is unavailable; try again later."), retryAfter(failure));
		}
		throw failure;
	}

	/**
	 * Log the first failure of its kind, and then one a minute: an outage is one event,
	 * however many requests fail.
	 */
	private void warn(Exception failure) {
		Instant now = this.clock.instant();
		Logged line = this.logged.compute(failure.getClass(),
				(kind, last) -> (last != null && now.isBefore(last.at().plus(QUIET))) ? last.oneMore()
						: new Logged(now, 0, (last != null) ? last.omitted() : 0));
		if (line.omitted() == 0) {
			logger.warn("Answered 503, because there was no authorization: "
					+ StringUtils.trimTrailingCharacter(String.valueOf(failure.getMessage()), '.')
					+ ((line.before() > 0) ? ". " + line.before() + " more since the last such line" : "")
					+ ". Logged once a minute.");
		}
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

	/**
	 * The last line about one kind of failure.
	 *
	 * @param at when it was logged
	 * @param omitted how many failures were not logged since
	 * @param before how many failures were not logged before it
	 */
	private record Logged(Instant at, long omitted, long before) {

		Logged oneMore() {
			return new Logged(this.at, this.omitted + 1, this.before);
		}

	}

}
