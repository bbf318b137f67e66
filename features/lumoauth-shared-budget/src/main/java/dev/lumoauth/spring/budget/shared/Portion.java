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

package dev.lumoauth.spring.budget.shared;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Refusal;
import dev.lumoauth.spring.budget.BudgetStore.Sum;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds of one limit. Every method is short. Does no I/O: whoever holds
 * {@link #asking} may ask the store.
 * <p>
 * A call may begin if what is used and reserved, with the call, is at most the
 * {@code cap}. The store raises the cap, and it is lowered only before the store is told.
 */
final class Portion {

	/** How many calls a portion is for. */
	private static final int CALLS = 32;

	/** A store that has kept its data knows who told it something in this time. */
	private static final long KNOWN = Duration.ofMillis(SharedCount.FORGOTTEN).toNanos();

	/** In this time after an outage, all replicas have told what they have used in it. */
	private static final long ALL_TOLD = SharedBudget.TELLS.plusSeconds(2).toNanos();

	private static final long REFUSED_FOR = Duration.ofMillis(500).toNanos();

	/** Redis counts in doubles. */
	private static final long MOST = 1L << 52;

	/** Only its holder asks the store for this portion. */
	final ReentrantLock asking = new ReentrantLock();

	private final Count count;

	private final String replica;

	private final long length;

	private long since;

	private long used;

	private long told;

	private long toldAt;

	private long reserved;

	private long cap;

	/** What there was at most for all replicas when the cap was raised. */
	private long room;

	private int replicas;

	private boolean busy;

	private @Nullable Claim claim;

	private long lastNeeded;

	private long refusedAt;

	private @Nullable Answer answer;

	/** In the period of the last answer. */
	private long answeredSince;

	/** The cap while the store is away; -1 = the store answers. */
	private long awayCap = -1;

	/** When the store answered again; 0 = it has not. */
	private long backAt;

	/** How often the store was told. */
	private long asked;

	Portion(Count count, String replica, long now) {
		this.count = count;
		this.replica = replica;
		this.length = Duration.between(count.since(), count.until()).toMillis();
		this.since = now - Math.floorMod(now, this.length);
	}

	String limit() {
		return this.count.limit();
	}

	String agent() {
		return this.count.agent();
	}

	/**
	 * Begin the next period, once the store's clock says so.
	 */
	synchronized void roll(long now) {
		long start = now - Math.floorMod(now, this.length);
		if (start > this.since) {
			this.since = start;
			this.used = 0;
			this.told = 0;
			this.cap = 0;
			this.refusedAt = 0;
			this.lastNeeded = 0;
			this.awayCap = -1;
			this.backAt = 0;
		}
	}

	/**
	 * Take what a call needs of what this process holds.
	 * @return when it was taken; {@code null} if there is not enough
	 */
	synchronized @Nullable Begun take(Claim claim) {
		this.claim = claim;
		if (claim.limit() != null && room(claim.limit(), claim.ahead()) < this.room) {
			// There is less for all than when this process got its portion.
			this.room = room(claim.limit(), claim.ahead());
			this.cap = Math.min(this.cap, this.used + this.reserved);
		}
		return take(claim, this.cap);
	}

	private static long room(long limit, long ahead) {
		return most(limit) - Math.max(0, most(ahead));
	}

	private @Nullable Begun take(Claim claim, long cap) {
		long amount = claim.used() + claim.reserved();
		if (claim.limit() != null && this.used + this.reserved + Math.max(1, amount) > cap) {
			return null;
		}
		this.used += claim.used();
		this.reserved += claim.reserved();
		this.busy = true;
		return new Begun(this.since, this.asked);
	}

	/**
	 * Return the refusal of a moment ago, which holds for a moment.
	 */
	synchronized @Nullable Refusal refusedBefore(Claim claim, long nanos) {
		boolean holds = this.lastNeeded > 0 && claim.used() + claim.reserved() >= this.lastNeeded
				&& nanos - this.refusedAt < REFUSED_FOR;
		return holds ? refusal(claim) : null;
	}

	synchronized Refusal refusal(Claim claim) {
		Answer last = this.answer;
		long limit = (claim.limit() != null) ? claim.limit() : 0;
		long left = (last != null && this.answeredSince == this.since) ? last.left() : 0;
		return new Refusal(this.count.limit(), Math.max(0, limit - left), limit);
	}

	/**
	 * Put together what the store is asked. What is spare is set aside until the answer
	 * comes.
	 * @param claim what a call needs; {@code null} = no call waits
	 * @param giveBack whether to give back what is spare
	 * @param leaving whether the process ends
	 */
	synchronized Ask ask(@Nullable Claim claim, boolean giveBack, boolean leaving, long nanos) {
		this.asked++;
		long spare = Math.max(0, this.cap - this.used - this.reserved);
		long amount = 0;
		if (claim != null && claim.limit() != null) {
			amount = Math.max(1, claim.used() + claim.reserved());
		}
		this.cap = this.used + this.reserved;
		if (giveBack || leaving) {
			spare = 0;
		}
		else if (amount == 0) {
			this.cap += spare;
		}
		Claim known = (claim != null) ? claim : this.claim;
		Answer last = this.answer;
		long ahead = (known != null) ? known.ahead() : 0;
		long atLeast = (known != null) ? known.atLeast() : 0;
		if (last != null && this.answeredSince == this.since) {
			// A store that has lost its data learns what was used.
			atLeast = Math.max(atLeast, last.used() + ahead);
		}
		// If it doesn't know this process, and can't have forgotten it, it has lost that.
		long told = (nanos - this.toldAt < KNOWN) ? 0 : this.told;
		Long limit = (known != null && known.limit() != null) ? Long.valueOf(most(known.limit())) : null;
		if (limit != null && this.awayCap >= 0) {
			// The others may have used their shares, and not have told yet.
			atLeast = Math.max(atLeast, limit - Math.max(0, this.awayCap - this.used - this.reserved - spare));
		}
		return new Ask(
				new BudgetEngine.Key(this.count.tenant(), this.count.agent(), this.count.limit(),
						Instant.ofEpochMilli(this.since), Instant.ofEpochMilli(this.since + this.length)),
				this.replica, most(this.used), most(told), most(this.reserved), most(spare),
				(amount > 0) ? Math.max(1, amount - spare) : 0, most(amount * CALLS), limit, most(ahead), most(atLeast),
				leaving);
	}

	/**
	 * Take the store's answer.
	 * @return whether the answer is about the current period
	 */
	synchronized boolean answered(Ask ask, Answer answer, long nanos) {
		if (this.awayCap >= 0 && this.backAt == 0) {
			this.backAt = nanos;
		}
		else if (nanos - this.backAt > ALL_TOLD) {
			this.awayCap = -1;
			this.backAt = 0;
		}
		if (ask.key().since().toEpochMilli() != this.since) {
			return false;
		}
		if (!answer.current()) {
			if (this.answer == null) {
				// The clock of this machine may be ahead by more than a period.
				this.since = answer.now() - Math.floorMod(answer.now(), this.length);
			}
			return false;
		}
		boolean begins = answer.now() - this.since < 2 * SharedBudget.TELLS.toMillis();
		this.replicas = begins ? Math.max(this.replicas, answer.replicas()) : answer.replicas();
		this.answer = answer;
		this.answeredSince = this.since;
		this.told = ask.used();
		this.toldAt = nanos;
		boolean refused = ask.needed() > 0 && answer.granted() == 0;
		if (ask.needed() > 0 && !refused) {
			this.cap += ask.spare() + answer.granted();
			if (ask.limit() != null) {
				this.room = Math.max(this.room, room(ask.limit(), ask.ahead()));
			}
		}
		this.lastNeeded = refused ? ask.needed() + ask.spare() : 0;
		this.refusedAt = nanos;
		return true;
	}

	/**
	 * Return whether the calls of the last moments did without this portion, and forget
	 * them.
	 */
	synchronized boolean wasIdle() {
		boolean idle = !this.busy;
		this.busy = false;
		return idle;
	}

	/**
	 * Take what a call needs although the store does not answer.
	 * @return when it was taken; {@code null} if it does not get it
	 */
	synchronized @Nullable Begun takeAway(Claim claim, OnStoreUnavailable policy) {
		if (policy == OnStoreUnavailable.ALLOW) {
			return take(claim, Long.MAX_VALUE);
		}
		if (this.awayCap < 0) {
			this.awayCap = Math.max(this.cap, this.used + this.reserved) + share(claim);
		}
		return take(claim, this.awayCap);
	}

	private long share(Claim claim) {
		Answer last = this.answer;
		if (last != null && this.answeredSince == this.since) {
			return last.left() / Math.max(this.replicas, last.replicas());
		}
		long limit = (claim.limit() != null) ? claim.limit() : 0;
		long left = Math.max(0, limit - Math.max(claim.atLeast(), claim.ahead()));
		return (this.replicas > 0) ? left / this.replicas : 0;
	}

	/**
	 * Return how many replicas share the limit; 0 if the store never said so.
	 */
	synchronized int replicas() {
		return this.replicas;
	}

	/**
	 * Count what a call has used, and release what was reserved for it.
	 */
	synchronized void settle(@Nullable Claim held, @Nullable Begun begun, long used) {
		this.used += used;
		if (held != null && begun != null) {
			release(held.reserved(), used, begun);
		}
	}

	/**
	 * If the store knows the reservation, the rest of it can be used after the store is
	 * told: if this process is killed before, the reservation comes back.
	 */
	private void release(long reserved, long used, Begun begun) {
		this.reserved -= reserved;
		if (begun.asked() != this.asked && begun.since() == this.since) {
			this.cap -= Math.max(0, reserved - used);
		}
	}

	/**
	 * Release what a call that was not made has taken.
	 * @param begun when it was taken
	 * @param made whether the call was made all the same, and its end was not reported
	 */
	synchronized void cancel(Claim claim, Begun begun, boolean made) {
		release(claim.reserved(), 0, begun);
		if (!made && begun.since() == this.since) {
			this.used -= claim.used();
		}
	}

	/**
	 * Return what all have used, of which this process has added a part.
	 */
	synchronized Sum sum(long added) {
		Answer last = this.answer;
		if (last == null || this.answeredSince != this.since) {
			return new Sum(added, 0);
		}
		return new Sum(Math.max(0, last.used() - this.told) + added, last.held());
	}

	synchronized State state() {
		return new State(this.used, this.reserved, Math.max(0, this.cap - this.used - this.reserved),
				(this.answeredSince == this.since) ? this.answer : null);
	}

	private static long most(long amount) {
		return Math.max(-MOST, Math.min(MOST, amount));
	}

	/**
	 * When something was taken of a portion.
	 *
	 * @param since the period
	 * @param asked how often the store had been told
	 */
	record Begun(long since, long asked) {

	}

	/**
	 * What is shown of a portion.
	 */
	record State(long used, long reserved, long spare, @Nullable Answer answer) {

		long held() {
			return this.reserved + this.spare;
		}

	}

	static long millis(long nanos) {
		return TimeUnit.NANOSECONDS.toMillis(nanos);
	}

}
