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

package dev.lumoauth.spring.approval.process;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalNotGivenException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.process.ApprovalDecisions.Asker;
import dev.lumoauth.spring.token.CallTokens;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Runs approved calls: each once.
 */
final class ApprovedCalls {

	private static final Log logger = LogFactory.getLog(ApprovedCalls.class);

	/** In characters. */
	private static final int MAX_RESULT = 65_536;

	private static final String CUT = "… (cut)";

	private final Supplier<ApprovalChannel> channel;

	private final KnownApprovals known;

	private final WaitingCalls waiting;

	private final ApprovalDecisions decisions;

	private final Replica replica;

	private final Clock clock;

	/** How many threads begin or run each call. One of them runs it. */
	private final Map<String, Integer> running = new ConcurrentHashMap<>();

	ApprovedCalls(Supplier<ApprovalChannel> channel, KnownApprovals known, WaitingCalls waiting,
			ApprovalDecisions decisions, Replica replica, Clock clock) {
		this.channel = channel;
		this.known = known;
		this.waiting = waiting;
		this.decisions = decisions;
		this.replica = replica;
		this.clock = clock;
	}

	/**
	 * Return whether a call runs in this process.
	 * @param id the id of its request
	 */
	boolean isRunningHere(String id) {
		return this.running.containsKey(id);
	}

	RunningApproval begin(Approval admitted) {
		Approval approval = (admitted.state() == ApprovalState.APPROVED) ? this.decisions.confirmed(admitted)
				: admitted;
		if (approval.state() != ApprovalState.APPROVED) {
			throw new ApprovalNotGivenException(approval);
		}
		if (!approval.expiresAt().isAfter(this.clock.instant())) {
			throw new ApprovalNotGivenException(this.decisions.refreshed(approval, false, Asker.CALL));
		}
		OAuth2AccessToken token = approval.audiences().isEmpty() ? null : this.channel.get().token(approval);
		Approval begun = Steps.running(approval);
		this.running.merge(approval.id(), 1, Integer::sum);
		boolean taken = false;
		try {
			taken = KnownApprovals.answered(approval.tool(), () -> this.replica.replace(approval, begun));
		}
		finally {
			if (!taken) {
				stopped(approval.id());
			}
		}
		if (!taken) {
			Approval known = this.known.store().find(approval.id());
			throw new ApprovalNotGivenException((known != null) ? known : begun);
		}
		this.replica.begun(approval.id());
		this.decisions.unwatch(approval);
		this.waiting.remove(approval.id());
		this.decisions.publish(new ApprovedCallEvent(this, begun));
		return new RunningApproval(begun, (token != null)
				? CallTokens.of(approval.call().agent(), Set.copyOf(approval.audiences()), token) : CallTokens.NONE);
	}

	void ended(RunningApproval running, ApprovalState state, @Nullable String result) {
		running.tokens().end();
		Approval approval = running.approval();
		Approval ended = Steps.ended(approval, state, result != null, bounded(result), this.clock.instant());
		try {
			if (this.known.store().replace(approval, ended)) {
				this.decisions.publish(new ApprovedCallEvent(this, ended));
			}
			else {
				logger.warn("The call of '" + approval.tool() + "' has ended as " + state.code() + ", and its request "
						+ approval.id() + " was cancelled meanwhile");
			}
		}
		catch (RuntimeException ex) {
			// The call has run: its result counts. It is shown as running and is never
			// run again automatically.
			logger.error("The call of '" + approval.tool() + "' has ended as " + state.code()
					+ ", which could not be stored for request " + approval.id(), ex);
		}
		finally {
			stopped(approval.id());
			this.replica.done(approval.id());
		}
		this.decisions.tellEnded(ended);
	}

	private void stopped(String id) {
		this.running.computeIfPresent(id, (key, threads) -> (threads > 1) ? threads - 1 : null);
	}

	private static @Nullable String bounded(@Nullable String result) {
		return (result == null || result.length() <= MAX_RESULT) ? result
				: result.substring(0, MAX_RESULT - CUT.length()) + CUT;
	}

}
