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
 * A model call that the budget has admitted, until its end. It decides who counts the
 * call's tokens: the code that started the call, which sees most of it, unless
 * <ul>
 * <li>other admitted calls are made within this one: then the model calls other models,
 * and their calls count;</li>
 * <li>more than one observation is made within this one: then the model was called again,
 * or several models were, and each observation counts its own tokens.</li>
 * </ul>
 * The first observation within this call is the call itself. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AdmittedCall {

	private final BudgetMonitor monitor;

	private @Nullable Reservation reservation;

	private @Nullable Observed observed;

	private boolean split;

	private boolean ended;

	private AdmittedCall(BudgetMonitor monitor, Reservation reservation) {
		this.monitor = monitor;
		this.reservation = reservation;
	}

	/**
	 * Start a call if the budget allows it.
	 * @param monitor the budget
	 * @param model the model's name, if the call names one
	 * @param tokens what to reserve
	 * @param enclosing the call around this one, if any
	 * @return the call
	 * @throws BudgetExhaustedException if the budget does not allow it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the budget is unknown
	 * and calls are refused then
	 */
	public static AdmittedCall begin(BudgetMonitor monitor, @Nullable String model, long tokens,
			@Nullable AdmittedCall enclosing) {
		AdmittedCall outer = (enclosing != null && enclosing.monitor == monitor) ? enclosing : null;
		return new AdmittedCall(monitor, monitor.reserve(model, tokens, outer));
	}

	/**
	 * Start a call on a thread that must not block: if the budget was never read, it is
	 * unknown.
	 * @param monitor the budget
	 * @param model the model's name, if the call names one
	 * @param tokens what to reserve
	 * @return the call
	 * @throws BudgetExhaustedException if the budget does not allow it
	 */
	public static AdmittedCall beginWithoutBlocking(BudgetMonitor monitor, @Nullable String model, long tokens) {
		return new AdmittedCall(monitor, monitor.reserveWithoutBlocking(model, tokens));
	}

	/**
	 * Refuse the call if the policy does not allow the model that is finally used. Never
	 * blocks, counts nothing.
	 * @param model the model's name, if the call names one
	 * @throws BudgetExhaustedException if the model is not among those allowed
	 */
	public void checkModel(@Nullable String model) {
		this.monitor.checkModel(model);
	}

	/**
	 * Return whether the call is still in progress.
	 * @return {@code false} once it has ended
	 */
	public synchronized boolean isOpen() {
		return !this.ended;
	}

	/**
	 * Make a reservation for a call within this one. It replaces this call's own
	 * reservation, unless an observation uses that reservation.
	 * @param admission makes the reservation, given the reservation to replace; throws if
	 * the budget does not allow the call, and then this call's reservation stays as it
	 * was
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
	 * Register an observation that starts within this call.
	 * @return the object to notify at its end; {@code null} if the observation has to
	 * count its own tokens
	 */
	public synchronized @Nullable Observed observe() {
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
	 * End the call. Only the first call of this method has an effect.
	 * @param tokens the tokens that the call used
	 */
	public synchronized void end(long tokens) {
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
	 * The observation that is the call itself.
	 */
	public final class Observed {

		private @Nullable Reservation own;

		private @Nullable LongSupplier tokens;

		private Observed() {
		}

		/**
		 * End it.
		 * @param tokens supplies the tokens that the observation used; called only if
		 * they count separately
		 */
		public void end(LongSupplier tokens) {
			synchronized (AdmittedCall.this) {
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
