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

package dev.lumoauth.spring.budget;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.Limit;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.budget.BudgetStore.Sum;

/**
 * The current knowledge about the budget: the policy as last read, the usage since,
 * whether LumoAuth said that the budget is spent, and why it could not be read. Does no
 * I/O; every method is short and holds the lock.
 */
final class BudgetLedger {

	private final BudgetUsage usage;

	private final boolean enforce;

	private final OnUnavailable onUnavailable;

	private final Reservations reservations = new Reservations();

	private @Nullable BudgetPolicy policy;

	private @Nullable Instant readAt;

	private @Nullable Instant exceededAt;

	private @Nullable UnknownReason unknown = UnknownReason.NOT_READ;

	private @Nullable KeptUsage kept;

	private boolean notSaved;

	/**
	 * Create a ledger.
	 * @param usage what is used
	 * @param enforce whether a model call that the budget does not allow is refused;
	 * usage is counted in any case
	 * @param onUnavailable what happens to a model call while the budget is unknown
	 */
	BudgetLedger(BudgetUsage usage, boolean enforce, OnUnavailable onUnavailable) {
		this.usage = usage;
		this.enforce = enforce;
		this.onUnavailable = onUnavailable;
	}

	/**
	 * Set who is told whenever something was counted or reserved.
	 */
	synchronized void keptBy(KeptUsage kept) {
		this.kept = kept;
	}

	private void counted() {
		if (this.kept != null) {
			this.kept.changed();
		}
	}

	/**
	 * Return what a store does not know yet of each count.
	 */
	synchronized Map<Count, Long> unsaved(String tenant, String agent, Instant now) {
		return this.usage.unsaved(tenant, agent, this.reservations.tokens(now, null), now);
	}

	/**
	 * Return what a store is asked for before a model call. If limits are not enforced,
	 * there are none.
	 */
	synchronized Map<Count, Claim> claims(String tenant, String agent, long tokens, Instant now) {
		return this.usage.claims(tenant, agent, this.enforce ? policy().limits() : Map.of(), tokens, now);
	}

	synchronized Map<Count, Long> uses(String tenant, String agent, long tokens, Instant now) {
		return this.usage.uses(tenant, agent, tokens, now);
	}

	/**
	 * Take a store's answer.
	 */
	synchronized void saved(Map<Count, Long> amounts, Map<Count, Sum> sums) {
		this.usage.saved(amounts, sums);
		this.notSaved = false;
	}

	/**
	 * Record that the store could not be told.
	 */
	synchronized void notSaved() {
		this.notSaved = true;
	}

	/**
	 * Record LumoAuth's answer.
	 * @param policy the policy
	 * @param asked the time of the request
	 * @param now the time of the answer
	 */
	synchronized void read(BudgetPolicy policy, Instant asked, Instant now) {
		this.policy = policy;
		this.readAt = now;
		this.unknown = null;
		this.usage.report(policy.counts(), asked, now);
		if (this.exceededAt != null && !asked.isBefore(this.exceededAt) && policy.saysAvailable()) {
			this.exceededAt = null;
		}
		warn(now);
	}

	synchronized void failed(UnknownReason reason) {
		this.unknown = reason;
	}

	/**
	 * Record LumoAuth's answer that the budget is spent.
	 * @param now the time
	 * @return {@code true} if that is news
	 */
	synchronized boolean exceeded(Instant now) {
		boolean news = !isExceeded(now);
		this.exceededAt = now;
		return news;
	}

	synchronized void addTokens(long amount, @Nullable Hold hold, Instant now) {
		this.usage.add(0, amount, null, now);
		if (this.kept != null) {
			this.kept.settle(hold, Math.max(0, amount), now);
		}
		counted();
		warn(now);
	}

	/**
	 * Count a model call and reserve tokens for it if the budget allows it. This is one
	 * atomic step; otherwise a hundred threads could all use the last call of the hour
	 * and the last token of the day.
	 * @param reservation the new reservation
	 * @param replaced the reservation of a call that turns out to be this one; that
	 * reservation ends
	 * @param model the model's name, if the call names one
	 * @return the reservation
	 */
	synchronized Reservation admit(Reservation reservation, @Nullable Reservation replaced, @Nullable String model) {
		Instant now = reservation.madeAt();
		Reservation old = (replaced != null && replaced.isOf(this)) ? replaced : null;
		Instant countedAt = (old != null) ? old.madeAt() : null;
		check(model, now, this.reservations.tokens(now, old), countedAt);
		if (old != null && old.end()) {
			this.reservations.remove(old);
			if (this.kept != null) {
				this.kept.cancel(old.hold());
			}
		}
		this.reservations.add(reservation);
		this.usage.add(1, 0, countedAt, now);
		counted();
		warn(now);
		return reservation;
	}

	/**
	 * Release a reservation and count the real usage instead, once.
	 */
	synchronized void settle(Reservation reservation, long used, Instant now) {
		if (reservation.end()) {
			this.reservations.remove(reservation);
			addTokens(used, reservation.hold(), now);
		}
	}

	synchronized void check(@Nullable String model, Instant now) {
		check(model, now, this.reservations.tokens(now, null), null);
	}

	private void check(@Nullable String model, Instant now, long held, @Nullable Instant countedAt) {
		if (!this.enforce) {
			return;
		}
		BudgetStatus status = status(now, held, countedAt);
		if (status.isExhausted()) {
			String reason = String.valueOf(status.reason());
			Limit limit = status.limit(reason);
			throw new BudgetExhaustedException(reason, (limit != null) ? limit.used() : null,
					(limit != null) ? limit.limit() : null, model);
		}
		checkModel(model);
		if (this.onUnavailable == OnUnavailable.REFUSE) {
			checkKnown(now);
		}
	}

	private void checkKnown(Instant now) {
		UnknownReason reason = unknown(isCurrent(now));
		if (reason != null) {
			String what = (reason == UnknownReason.LIMIT_UNREADABLE)
					? reason.code() + ": " + String.join(", ", policy().unreadable()) : reason.code();
			throw new LumoAuthUnavailableException(
					"The agent's budget is unknown (%s), and model calls are refused ".formatted(what)
							+ "then (lumoauth.budget.on-unavailable=refuse). " + reason.text(),
					null);
		}
	}

	/**
	 * Return why the budget is not known, or {@code null} if it is.
	 * @param current whether the last figures count although they could not be read again
	 */
	private @Nullable UnknownReason unknown(boolean current) {
		if (this.unknown != null && !current) {
			return this.unknown;
		}
		if (!policy().unreadable().isEmpty()) {
			return UnknownReason.LIMIT_UNREADABLE;
		}
		return this.notSaved ? UnknownReason.USAGE_NOT_KEPT : null;
	}

	private BudgetPolicy policy() {
		return (this.policy != null) ? this.policy : BudgetPolicy.NONE;
	}

	/**
	 * Check only whether the agent may use a model. A call that names no model can't be
	 * checked, and is refused if the policy names models.
	 */
	synchronized void checkModel(@Nullable String model) {
		Set<String> allowed = policy().allowedModels();
		if (this.enforce && !allowed.isEmpty() && (model == null || !allowed.contains(model))) {
			throw new BudgetExhaustedException(BudgetPolicy.ALLOWED_MODELS, null, null, model);
		}
	}

	synchronized BudgetStatus status(Instant now) {
		return status(now, 0, null);
	}

	private BudgetStatus status(Instant now, long held, @Nullable Instant countedAt) {
		BudgetPolicy policy = policy();
		List<Limit> limits = this.usage.limits(policy.limits(), held, countedAt, now);
		String reason = limits.stream().filter(Limit::isReached).map(Limit::name).findFirst().orElse(null);
		if (reason == null && isExceeded(now)) {
			reason = UnknownReason.BUDGET_EXCEEDED.code();
		}
		State state = State.EXHAUSTED;
		if (reason == null) {
			UnknownReason unknown = unknown(false);
			reason = (unknown != null) ? unknown.code() : null;
			state = (unknown != null) ? State.UNKNOWN : policy.isNone() ? State.UNLIMITED : State.AVAILABLE;
		}
		return new BudgetStatus(state, reason, limits, policy.allowedModels(), policy.fields(), this.readAt);
	}

	/**
	 * Return whether LumoAuth said that the budget is spent and its period lasts.
	 */
	private boolean isExceeded(Instant now) {
		return this.exceededAt != null && policy().longestPeriod().lasts(this.exceededAt, now);
	}

	/**
	 * Return whether the figures are of periods that have not ended.
	 */
	private boolean isCurrent(Instant now) {
		return this.readAt != null && policy().shortestPeriod().lasts(this.readAt, now);
	}

	private void warn(Instant now) {
		this.usage.warn(policy().limits(), now);
	}

}
