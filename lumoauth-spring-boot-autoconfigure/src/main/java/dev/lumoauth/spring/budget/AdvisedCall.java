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

import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A model call that {@link BudgetAdvisor} has admitted, from there to its end, and who
 * counts its tokens: the advisor, which sees more of it than anybody else, unless
 * <ul>
 * <li>other advised calls are made within this one: then the model is one that asks
 * others, and those are the calls;</li>
 * <li>more than one observation is made within this one: then the model was asked again,
 * or several were, and each observation counts its own.</li>
 * </ul>
 * The first observation within this call is the call itself. Thread-safe.
 */
final class AdvisedCall {

	private final BudgetMonitor monitor;

	private @Nullable Reservation reservation;

	private @Nullable Observed observed;

	private boolean split;

	private boolean ended;

	private AdvisedCall(BudgetMonitor monitor, Reservation reservation) {
		this.monitor = monitor;
		this.reservation = reservation;
	}

	/**
	 * Begin a call if the budget allows it.
	 * @param monitor the budget
	 * @param model the model's name, if the call names one
	 * @param tokens what to reserve
	 * @param enclosing the call that this one is made within, if any
	 */
	static AdvisedCall begin(BudgetMonitor monitor, @Nullable String model, long tokens,
			@Nullable AdvisedCall enclosing) {
		AdvisedCall outer = (enclosing != null && enclosing.monitor == monitor) ? enclosing : null;
		return new AdvisedCall(monitor, monitor.reserve(model, tokens, outer));
	}

	BudgetMonitor monitor() {
		return this.monitor;
	}

	synchronized boolean isOpen() {
		return !this.ended;
	}

	/**
	 * Make a reservation for a call within this one, in place of this call's own where
	 * nothing else was made of it.
	 * @param admission makes the reservation, given the one to replace; throws if the
	 * budget does not allow the call, and this one stays what it was
	 */
	synchronized Reservation within(Function<@Nullable Reservation, Reservation> admission) {
		if (this.ended) {
			return admission.apply(null);
		}
		Reservation inner = admission.apply((this.observed == null) ? this.reservation : null);
		split();
		return inner;
	}

	/**
	 * Take an observation that starts within this call.
	 * @return what is to be told of its end; {@code null} if it has to count for itself
	 */
	synchronized @Nullable Observed observe() {
		if (this.ended) {
			return null;
		}
		if (this.observed == null && !this.split) {
			this.observed = new Observed();
			return this.observed;
		}
		split();
		return null;
	}

	/**
	 * End the call. Only the first time matters.
	 * @param tokens what it used
	 */
	synchronized void end(long tokens) {
		this.ended = true;
		if (this.reservation != null) {
			this.reservation.settle(tokens);
		}
	}

	@Override
	public String toString() {
		return "a model call that the budget admitted";
	}

	private void split() {
		this.split = true;
		if (this.observed != null && this.reservation != null) {
			this.observed.countFor(this.reservation);
		}
		this.reservation = null;
	}

	/**
	 * The observation that is this call.
	 */
	final class Observed {

		private @Nullable Reservation own;

		private @Nullable LongSupplier tokens;

		void end(LongSupplier tokens) {
			synchronized (AdvisedCall.this) {
				this.tokens = tokens;
				settle();
			}
		}

		private void countFor(Reservation reservation) {
			this.own = reservation;
			settle();
		}

		private void settle() {
			if (this.own != null && this.tokens != null) {
				this.own.settle(this.tokens.getAsLong());
			}
		}

	}

}
