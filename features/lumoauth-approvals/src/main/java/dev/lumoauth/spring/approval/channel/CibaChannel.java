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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.client.BackchannelDecision;
import dev.lumoauth.spring.approval.client.BackchannelQuestion;
import dev.lumoauth.spring.approval.client.BackchannelRequest;
import dev.lumoauth.spring.approval.client.JitPermission;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Asks one user by OpenID Connect CIBA Core 1.0, in its poll mode. An approved request
 * becomes a just-in-time request, with a task, and with a token that is fetched when the
 * call begins. The token that LumoAuth returns with the decision is not used, since the
 * call may run later, or in another process.
 */
final class CibaChannel implements ApprovalChannel {

	/**
	 * A bit longer than the usual interval, since a query that comes too soon costs more.
	 */
	private static final Duration INTERVAL = Duration.ofMillis(5_500);

	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

	/** CIBA Core 1.0 section 11. */
	private static final Duration SLOWER = Duration.ofSeconds(5);

	/** A server can't delay the polling for the whole lifetime of a request. */
	private static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

	private static final int MAX_POLLS = 10_000;

	private final ApprovalsClient client;

	private final Clock clock;

	/** By the reference of the request. */
	private final Map<String, Poll> polls = new BoundedMap<>(MAX_POLLS);

	CibaChannel(ApprovalsClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	@Override
	public ApprovalAnswer ask(ApprovalQuestion question) {
		BackchannelRequest request = request(question, new BackchannelQuestion(AskedUser.of(question),
				question.approval().reason(), ToolInvocation.of(question)));
		next(request.authReqId(), request.interval());
		return new ApprovalAnswer(ApprovalState.PENDING, request.authReqId(), null, after(request.expiresIn()), null,
				null);
	}

	private BackchannelRequest request(ApprovalQuestion question, BackchannelQuestion asked) {
		try {
			return this.client.askUser(asked);
		}
		catch (LumoAuthDeniedException ex) {
			throw ex.getErrorCode().equals("unknown_user_id") || ex.getErrorCode().equals("not_found")
					? AskedUser.unknown(question) : ex;
		}
	}

	@Override
	public ApprovalAnswer status(Approval approval) {
		String reference = References.of(approval);
		Duration interval = enter(reference);
		if (interval == null) {
			return ApprovalAnswer.of(ApprovalState.PENDING);
		}
		BackchannelDecision decision = this.client.userDecision(reference);
		// The interval counts from LumoAuth's answer, not from the question.
		next(reference, (decision.status() == BackchannelDecision.Status.SLOW_DOWN) ? interval.plus(SLOWER) : interval);
		return switch (decision.status()) {
			case PENDING, SLOW_DOWN -> ApprovalAnswer.of(ApprovalState.PENDING);
			case DENIED -> ApprovalAnswer.of(ApprovalState.DENIED);
			case EXPIRED -> ApprovalAnswer.of(ApprovalState.EXPIRED);
			case APPROVED -> new ApprovalAnswer(ApprovalState.APPROVED, decision.jitRequestId(), decision.taskId(),
					after(decision.lifetime()), null, null);
		};
	}

	private @Nullable Instant after(@Nullable Duration time) {
		return (time != null) ? this.clock.instant().plus(time) : null;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * LumoAuth has answered the query of an approved request for the last time. The
	 * just-in-time request that it became has a state of its own; without one, the
	 * approval can't be withdrawn.
	 */
	@Override
	public ApprovalAnswer confirm(Approval approval) {
		if (approval.task() == null) {
			return ApprovalAnswer.of(ApprovalState.APPROVED);
		}
		try {
			JitPermission permission = this.client.permission(References.of(approval));
			return new ApprovalAnswer(References.state(permission.status()), null, null,
					permission.end(this.clock.instant()), null, null);
		}
		catch (LumoAuthDeniedException ex) {
			return References.answer(ex);
		}
	}

	/**
	 * Reserve the turn for one query. Of two concurrent queries, one would get the answer
	 * and the other one would be refused.
	 * @return the interval; {@code null} if it is too soon to ask
	 */
	private synchronized @Nullable Duration enter(String reference) {
		Poll poll = this.polls.get(reference);
		if (poll != null && poll.isTooSoon(this.clock.instant())) {
			return null;
		}
		Duration interval = (poll != null) ? poll.interval() : DEFAULT_INTERVAL;
		next(reference, interval);
		return interval;
	}

	private synchronized void next(String reference, Duration interval) {
		Duration bounded = (interval.compareTo(MAX_INTERVAL) > 0) ? MAX_INTERVAL : interval;
		this.polls.put(reference, new Poll(this.clock.instant().plus(bounded), bounded));
	}

	@Override
	public OAuth2AccessToken token(Approval approval) {
		return this.client.permissionToken(References.of(approval));
	}

	@Override
	public void ended(Approval approval) {
		this.client.endTask(approval.task());
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public Duration untilNextStatus() {
		return this.client.untilDecisionPoll();
	}

	/**
	 * When to ask about a request next.
	 *
	 * @param notBefore not before then
	 * @param interval the time between two questions
	 */
	private record Poll(Instant notBefore, Duration interval) {

		boolean isTooSoon(Instant now) {
			// A longer wait than was ever set means that the clock was set back.
			return now.isBefore(this.notBefore) && !now.plus(this.interval).isBefore(this.notBefore);
		}

	}

}
