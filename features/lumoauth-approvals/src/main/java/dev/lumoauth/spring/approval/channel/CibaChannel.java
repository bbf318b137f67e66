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
import java.util.LinkedHashMap;
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
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Asks one user by OpenID Connect CIBA Core 1.0, in its poll mode. An approved request
 * becomes a just-in-time request, with a task and a token.
 * <p>
 * LumoAuth returns the token once, with the decision. The token is kept here until the
 * call starts or is over. A process without the token, because another process has asked,
 * gets a token by the request's id.
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

	private static final int MAX_TOKENS = 1_000;

	private final ApprovalsClient client;

	private final Clock clock;

	/** By the reference of the request. */
	private final Map<String, Poll> polls = bounded(MAX_POLLS);

	/** By the reference of the request once it is approved. */
	private final Map<String, OAuth2AccessToken> tokens = bounded(MAX_TOKENS);

	/** How often the tokens were forgotten. */
	private int forgettings;

	CibaChannel(ApprovalsClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/**
	 * Return a map that drops its oldest entry. Used by one thread at a time.
	 */
	private static <V> Map<String, V> bounded(int max) {
		return new LinkedHashMap<>() {

			private static final long serialVersionUID = 1L;

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
				return size() > max;
			}

		};
	}

	@Override
	public ApprovalAnswer ask(ApprovalQuestion question) {
		Approval approval = question.approval();
		BackchannelRequest request = request(question,
				new BackchannelQuestion(AskedUser.of(question), approval.reason(), ToolInvocation.of(question)));
		Instant now = this.clock.instant();
		next(request.authReqId(), now, request.interval());
		Duration expiresIn = request.expiresIn();
		return new ApprovalAnswer(ApprovalState.PENDING, request.authReqId(), null,
				(expiresIn != null) ? now.plus(expiresIn) : null, null, null);
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
		int forgettings = forgettings();
		BackchannelDecision decision = this.client.userDecision(reference);
		// The interval counts from LumoAuth's answer, not from the question.
		next(reference, this.clock.instant(),
				(decision.status() == BackchannelDecision.Status.SLOW_DOWN) ? interval.plus(SLOWER) : interval);
		return switch (decision.status()) {
			case PENDING, SLOW_DOWN -> ApprovalAnswer.of(ApprovalState.PENDING);
			case DENIED -> ApprovalAnswer.of(ApprovalState.DENIED);
			case EXPIRED -> ApprovalAnswer.of(ApprovalState.EXPIRED);
			case APPROVED -> approved(reference, decision, forgettings);
		};
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
	 * Reserve the turn for one query. Of two concurrent queries, one would get the token
	 * and the other one would be refused.
	 * @return the interval; {@code null} if it is too soon to ask
	 */
	private @Nullable Duration enter(String reference) {
		Instant now = this.clock.instant();
		synchronized (this.polls) {
			Poll poll = this.polls.get(reference);
			if (poll != null && poll.isTooSoon(now)) {
				return null;
			}
			Duration interval = (poll != null) ? poll.interval() : DEFAULT_INTERVAL;
			this.polls.put(reference, new Poll(now.plus(interval), interval));
			return interval;
		}
	}

	private void next(String reference, Instant now, Duration interval) {
		Duration bounded = (interval.compareTo(MAX_INTERVAL) > 0) ? MAX_INTERVAL : interval;
		synchronized (this.polls) {
			this.polls.put(reference, new Poll(now.plus(bounded), bounded));
		}
	}

	private ApprovalAnswer approved(String reference, BackchannelDecision decision, int forgettings) {
		String id = decision.jitRequestId();
		OAuth2AccessToken token = decision.token();
		forgetPolls(reference);
		if (token != null) {
			synchronized (this.tokens) {
				if (this.forgettings == forgettings) {
					this.tokens.put((id != null) ? id : reference, token);
				}
			}
		}
		return new ApprovalAnswer(ApprovalState.APPROVED, id, decision.taskId(), expiresAt(token), null, null);
	}

	private @Nullable Instant expiresAt(@Nullable OAuth2AccessToken token) {
		if (token == null || token.getIssuedAt() == null || token.getExpiresAt() == null) {
			return null;
		}
		return this.clock.instant().plus(Duration.between(token.getIssuedAt(), token.getExpiresAt()));
	}

	@Override
	public OAuth2AccessToken token(Approval approval) {
		String reference = References.of(approval);
		OAuth2AccessToken token;
		synchronized (this.tokens) {
			token = this.tokens.remove(reference);
		}
		return (token != null) ? token : this.client.permissionToken(reference);
	}

	@Override
	public void ended(Approval approval) {
		String reference = approval.reference();
		if (reference != null) {
			forgetPolls(reference);
			synchronized (this.tokens) {
				this.tokens.remove(reference);
			}
		}
		JitTasks.complete(this.client, approval.task());
	}

	@Override
	public void forgetTokens() {
		synchronized (this.tokens) {
			this.forgettings++;
			this.tokens.clear();
		}
	}

	private int forgettings() {
		synchronized (this.tokens) {
			return this.forgettings;
		}
	}

	private void forgetPolls(String reference) {
		synchronized (this.polls) {
			this.polls.remove(reference);
		}
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
