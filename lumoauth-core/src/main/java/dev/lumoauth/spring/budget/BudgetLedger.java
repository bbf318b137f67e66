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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.Limit;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of the budget at a moment: the policy as last read, what was used
 * since, whether LumoAuth said that it is spent, and why it could not be read. Does no
 * I/O; every method is short and holds the lock.
 */
final class BudgetLedger {

	/**
	 * From here on, in percent, a limit is worth a warning.
	 */
	private static final double WARN_AT = 80;

	private final BudgetLog log;

	private final UsageCounter tokens;

	private final UsageCounter calls;

	private final Reservations reservations = new Reservations();

	private @Nullable BudgetPolicy policy;

	private @Nullable Instant readAt;

	private @Nullable Instant exceededAt;

	private @Nullable UnknownReason unknown = UnknownReason.NOT_READ;

	BudgetLedger(BudgetLog log, Instant now) {
		this.log = log;
		this.tokens = new UsageCounter(ChronoUnit.DAYS, now);
		this.calls = new UsageCounter(ChronoUnit.HOURS, now);
	}

	/**
	 * Take what LumoAuth said.
	 * @param policy the policy
	 * @param asked when it was asked for
	 * @param now when it came
	 */
	synchronized void read(BudgetPolicy policy, Instant asked, Instant now) {
		this.policy = policy;
		this.readAt = now;
		this.unknown = null;
		if (policy.tokensUsedToday() != null) {
			this.tokens.report(policy.tokensUsedToday(), asked, now);
		}
		if (policy.apiCallsThisHour() != null) {
			this.calls.report(policy.apiCallsThisHour(), asked, now);
		}
		if (this.exceededAt != null && !asked.isBefore(this.exceededAt) && policy.saysAvailable()) {
			this.exceededAt = null;
		}
		warn(now);
	}

	synchronized void failed(UnknownReason reason) {
		this.unknown = reason;
	}

	/**
	 * Take LumoAuth's word that the budget is spent.
	 * @param now the time
	 * @return {@code true} if that is news
	 */
	synchronized boolean exceeded(Instant now) {
		boolean news = !isExceeded(now);
		this.exceededAt = now;
		return news;
	}

	synchronized void addTokens(long amount, Instant now) {
		this.tokens.add(amount, now);
		warn(now);
	}

	/**
	 * Count a model call and reserve tokens for it if the budget allows it. All of that
	 * happens as one, or a hundred threads would all find the last call of the hour, and
	 * the last token of the day, free.
	 * @param reservation what to reserve, made now
	 * @param replaced the reservation of a call that turns out to be this one; its end
	 * @param model the model's name, if the call names one
	 * @param settings what to do
	 * @return the reservation
	 */
	synchronized Reservation admit(Reservation reservation, @Nullable Reservation replaced, @Nullable String model,
			BudgetSettings settings) {
		Instant now = reservation.madeAt();
		Reservation old = (replaced != null && replaced.isOf(this)) ? replaced : null;
		boolean counted = old != null && samePeriod(ChronoUnit.HOURS, old.madeAt(), now);
		check(model, settings, now, new Held(this.reservations.tokens(now, old), counted));
		if (old != null && old.end()) {
			this.reservations.remove(old);
		}
		this.reservations.add(reservation);
		if (!counted) {
			this.calls.add(1, now);
		}
		warn(now);
		return reservation;
	}

	/**
	 * Give a reservation back, and count what was used instead. Does so once.
	 */
	synchronized void settle(Reservation reservation, long used, Instant now) {
		if (reservation.end()) {
			this.reservations.remove(reservation);
			addTokens(used, now);
		}
	}

	synchronized void check(@Nullable String model, BudgetSettings settings, Instant now) {
		check(model, settings, now, new Held(this.reservations.tokens(now, null), false));
	}

	private void check(@Nullable String model, BudgetSettings settings, Instant now, Held held) {
		if (!settings.enforce()) {
			return;
		}
		BudgetStatus status = status(now, held);
		if (status.isExhausted()) {
			String reason = String.valueOf(status.reason());
			Limit limit = status.limit(reason);
			throw new BudgetExhaustedException(reason, (limit != null) ? limit.used() : null,
					(limit != null) ? limit.limit() : null, model);
		}
		checkModel(model, settings);
		if (settings.onUnavailable() == OnUnavailable.REFUSE) {
			checkKnown(now);
		}
	}

	private void checkKnown(Instant now) {
		if (this.unknown != null && !isCurrent(now)) {
			throw unknown(this.unknown, this.unknown.code());
		}
		if (this.policy != null && !this.policy.unreadable().isEmpty()) {
			UnknownReason reason = UnknownReason.LIMIT_UNREADABLE;
			throw unknown(reason, reason.code() + ": " + String.join(", ", this.policy.unreadable()));
		}
	}

	private static LumoAuthUnavailableException unknown(UnknownReason reason, String detail) {
		return new LumoAuthUnavailableException(
				"The agent's budget is unknown (%s), and model calls are refused ".formatted(detail)
						+ "then (lumoauth.budget.on-unavailable=refuse). " + reason.text(),
				null);
	}

	/**
	 * Check only whether the agent may use a model. A call that names no model can't be
	 * checked, and is refused where the policy names models.
	 */
	synchronized void checkModel(@Nullable String model, BudgetSettings settings) {
		Set<String> allowed = (this.policy != null) ? this.policy.allowedModels() : Set.of();
		if (settings.enforce() && !allowed.isEmpty() && (model == null || !allowed.contains(model))) {
			throw new BudgetExhaustedException(BudgetPolicy.ALLOWED_MODELS, null, null, model);
		}
	}

	synchronized BudgetStatus status(Instant now) {
		return status(now, Held.NOTHING);
	}

	private BudgetStatus status(Instant now, Held held) {
		BudgetPolicy policy = (this.policy != null) ? this.policy : BudgetPolicy.NONE;
		List<Limit> limits = limits(policy, now, held);
		String reached = limits.stream().filter(Limit::isReached).map(Limit::name).findFirst().orElse(null);
		State state = policy.isNone() ? State.UNLIMITED : State.AVAILABLE;
		String reason = null;
		if (reached != null || isExceeded(now)) {
			state = State.EXHAUSTED;
			reason = (reached != null) ? reached : UnknownReason.BUDGET_EXCEEDED.code();
		}
		else if (this.unknown != null || !policy.unreadable().isEmpty()) {
			state = State.UNKNOWN;
			reason = ((this.unknown != null) ? this.unknown : UnknownReason.LIMIT_UNREADABLE).code();
		}
		return new BudgetStatus(state, reason, limits, policy.allowedModels(), policy.fields(), this.readAt);
	}

	private List<Limit> limits(BudgetPolicy policy, Instant now, Held held) {
		List<Limit> limits = new ArrayList<>();
		if (policy.maxTokensPerDay() != null) {
			limits.add(new Limit(BudgetPolicy.MAX_TOKENS_PER_DAY, held.tokens(this.tokens.used(now)),
					policy.maxTokensPerDay()));
		}
		if (policy.maxApiCallsPerHour() != null) {
			limits.add(new Limit(BudgetPolicy.MAX_API_CALLS_PER_HOUR, held.calls(this.calls.used(now)),
					policy.maxApiCallsPerHour()));
		}
		if (policy.maxCostPerMonthUsd() != null) {
			limits.add(new Limit(BudgetPolicy.MAX_COST_PER_MONTH_USD, null, policy.maxCostPerMonthUsd()));
		}
		return limits;
	}

	/**
	 * Return whether LumoAuth said that the budget is spent and its period lasts.
	 * LumoAuth names neither the limit nor its end: the day's end then, or the hour's
	 * where nothing but an hourly limit could have been meant.
	 */
	private boolean isExceeded(Instant now) {
		if (this.exceededAt == null) {
			return false;
		}
		boolean hour = this.policy != null && this.policy.isOnlyHourly();
		return samePeriod(hour ? ChronoUnit.HOURS : ChronoUnit.DAYS, this.exceededAt, now);
	}

	/**
	 * Return whether the figures are of the periods that still last.
	 */
	private boolean isCurrent(Instant now) {
		if (this.policy == null || this.readAt == null) {
			return false;
		}
		boolean hour = this.policy.maxApiCallsPerHour() != null;
		return samePeriod(hour ? ChronoUnit.HOURS : ChronoUnit.DAYS, this.readAt, now);
	}

	private void warn(Instant now) {
		if (this.policy == null) {
			return;
		}
		Map<String, UsageCounter> counters = Map.of(BudgetPolicy.MAX_TOKENS_PER_DAY, this.tokens,
				BudgetPolicy.MAX_API_CALLS_PER_HOUR, this.calls);
		for (Limit limit : limits(this.policy, now, Held.NOTHING)) {
			Double percentage = limit.percentage();
			UsageCounter counter = counters.get(limit.name());
			if (percentage != null && percentage >= WARN_AT && counter != null && counter.warnOnce(now)) {
				this.log.near(limit, percentage);
			}
		}
	}

	private static boolean samePeriod(ChronoUnit period, Instant then, Instant now) {
		return !now.truncatedTo(period).isAfter(then.truncatedTo(period));
	}

	/**
	 * What is added to what was used when a call asks whether it may be made.
	 *
	 * @param tokens what is reserved for others
	 * @param counted whether the call itself was counted before
	 */
	private record Held(long tokens, boolean counted) {

		static final Held NOTHING = new Held(0, false);

		long tokens(long used) {
			return (used < Long.MAX_VALUE - this.tokens) ? used + this.tokens : Long.MAX_VALUE;
		}

		long calls(long used) {
			return this.counted ? Math.max(0, used - 1) : used;
		}

	}

}
