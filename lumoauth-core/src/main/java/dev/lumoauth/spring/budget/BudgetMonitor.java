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

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import org.jspecify.annotations.Nullable;

/**
 * The agent's budget: reads it, adds what this application uses, and says whether the
 * next model call may be made.
 * <p>
 * LumoAuth is asked once by the first who needs an answer, and after that in the
 * background, when the budget is asked about and the last answer is 30 seconds old. In
 * between, and where LumoAuth's counts don't contain this application's, its own are
 * added: a model's tokens in the UTC day, model calls in the UTC hour. Nothing is counted
 * twice; where it is not known whether LumoAuth's count contains ours, the larger of the
 * two is taken. Own counts live in memory: they begin at zero with the application. While
 * a model call is under way, an estimate of its tokens is reserved: it is not used, and
 * no other call may count on it.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public class BudgetMonitor {

	private final BudgetSettings settings;

	private final Clock clock;

	private final Supplier<Book> newBook;

	private final BudgetReports reports;

	private volatile Book book;

	private BudgetMonitor(Builder builder) {
		Clock clock = builder.clock;
		List<BudgetLimit> limits = builder.limits;
		this.reports = builder.reports;
		this.settings = new BudgetSettings(builder.enforce, builder.onUnavailable);
		this.clock = clock;
		this.newBook = () -> {
			BudgetLog log = new BudgetLog();
			BudgetLedger ledger = new BudgetLedger(new BudgetUsage(limits, log, clock.instant()));
			BudgetPolicyReader reader = new BudgetPolicyReader(limits, log::invalidField);
			return new Book(ledger, new BudgetReads(builder.source, reader, ledger, log, clock, builder.executor));
		};
		this.book = this.newBook.get();
	}

	/**
	 * Return a builder.
	 * @param source where the budget is read
	 * @param executor runs the reads in the background; has to hand them to another
	 * thread
	 * @return the builder of a monitor that refuses what a known budget does not allow
	 */
	public static Builder builder(BudgetSource source, Executor executor) {
		return new Builder(source, executor);
	}

	/**
	 * Return what a reason for an unknown budget means.
	 * @param reason the {@linkplain BudgetStatus#reason() reason}
	 * @return a sentence for people; it holds nothing that came from outside
	 */
	public static String describe(String reason) {
		return UnknownReason.text(reason);
	}

	/**
	 * Forget what was read and what was used, as if the application had just started. A
	 * read under way is not kept.
	 */
	public void forget() {
		this.book = this.newBook.get();
	}

	/**
	 * Return the status. Blocks for one read if the budget was never asked for, and not
	 * after that.
	 * @return the status; never throws because LumoAuth could not be asked
	 */
	public BudgetStatus status() {
		this.book.reads().first();
		return lastKnown();
	}

	/**
	 * Return the status as LumoAuth has it now: for those who know that it was changed
	 * there, and not for each model call. Blocks for one read, or for that of another
	 * thread.
	 * @return the status; never throws because LumoAuth could not be asked
	 */
	public BudgetStatus refresh() {
		this.book.reads().now();
		return current();
	}

	/**
	 * Return the status as far as it is known. Never blocks, but may have LumoAuth asked
	 * in the background.
	 * @return the status; unknown with the reason {@code not_read} at first
	 */
	public BudgetStatus lastKnown() {
		this.book.reads().refresh();
		return current();
	}

	/**
	 * Return the status as far as it is known, like {@link #lastKnown()}, and have nobody
	 * asked: for metrics, which are read whether or not the agent does anything.
	 * @return the status; unknown with the reason {@code not_read} at first
	 */
	public BudgetStatus current() {
		return this.book.ledger().status(this.clock.instant());
	}

	/**
	 * Return whether {@link #status()}, {@link #check} and {@link #start} would block
	 * because the budget was never asked for.
	 * @return {@code false} after the first read, with or without success
	 */
	public boolean isFirstReadPending() {
		return !this.book.reads().isTried();
	}

	/**
	 * Refuse if the budget does not allow a model call: if nothing is left that is
	 * neither used nor reserved for calls under way. Blocks like {@link #status()}.
	 * Counts nothing.
	 * @param model the model's name as in {@code allowed_models}, or {@code null} if the
	 * call names none: then it is refused where the policy names models
	 * @throws BudgetExhaustedException if a known limit is reached, LumoAuth said that
	 * the budget is spent, or the model is not among those allowed
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the budget is unknown,
	 * with no figures of the current day and hour either, and
	 * {@code lumoauth.budget.on-unavailable} is {@code refuse}
	 */
	public void check(@Nullable String model) {
		status();
		this.reports.reporting(model, () -> {
			this.book.ledger().check(model, this.settings, this.clock.instant());
			return true;
		});
	}

	/**
	 * {@link #check Check} and count a model call, as one, and reserve nothing for it:
	 * its tokens count when they are {@link #recordTokens recorded}. Blocks like
	 * {@link #status()}.
	 * @param model the model's name, or {@code null} if the call names none
	 * @throws BudgetExhaustedException as {@link #check} does; then nothing is counted
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as {@link #check} does
	 */
	public void start(@Nullable String model) {
		status();
		reserved(model, 0, null);
	}

	/**
	 * {@link #check Check}, count a model call and reserve tokens for it, as one. Blocks
	 * like {@link #status()}.
	 * @param tokens what the call is expected to use
	 * @param enclosing the call that this one is made within, if any
	 */
	Reservation reserve(@Nullable String model, long tokens, @Nullable AdmittedCall enclosing) {
		status();
		return reserved(model, Math.max(1, tokens), enclosing);
	}

	/**
	 * {@link #reserve Reserve} on a thread that must not block: where the budget was
	 * never read, it is unknown.
	 */
	Reservation reserveWithoutBlocking(@Nullable String model, long tokens) {
		lastKnown();
		return reserved(model, Math.max(1, tokens), null);
	}

	private Reservation reserved(@Nullable String model, long tokens, @Nullable AdmittedCall enclosing) {
		BudgetLedger ledger = this.book.ledger();
		Function<@Nullable Reservation, Reservation> admission = (replaced) -> ledger
			.admit(new Reservation(ledger, this.clock, this.clock.instant(), tokens), replaced, model, this.settings);
		return this.reports.reporting(model,
				() -> (enclosing != null) ? enclosing.within(admission) : admission.apply(null));
	}

	/**
	 * Refuse if the policy does not allow the model. Never blocks, counts nothing.
	 */
	void checkModel(@Nullable String model) {
		this.reports.reporting(model, () -> {
			this.book.ledger().checkModel(model, this.settings);
			return true;
		});
	}

	/**
	 * Count tokens of a model call.
	 * @param tokens prompt and completion together; negative counts as 0
	 */
	public void recordTokens(long tokens) {
		this.book.ledger().addTokens(tokens, this.clock.instant());
	}

	/**
	 * Take LumoAuth's answer {@code budget_exceeded}, to whatever request: the budget is
	 * exhausted from now to the end of the UTC day, or of the hour where the policy has
	 * nothing but an hourly limit, or until LumoAuth's own figures, asked for after this,
	 * leave something of every limit. Capabilities are decided as before.
	 * @param signal LumoAuth's answer
	 */
	public void exceeded(LumoAuthBudgetExceededException signal) {
		Book book = this.book;
		if (book.ledger().exceeded(this.clock.instant())) {
			book.reads().outdated();
		}
	}

	/**
	 * What is known, and how it came to be known.
	 */
	private record Book(BudgetLedger ledger, BudgetReads reads) {

	}

	/**
	 * Builds a {@link BudgetMonitor}.
	 */
	public static final class Builder {

		private final BudgetSource source;

		private final Executor executor;

		private List<BudgetLimit> limits = BudgetLimits.ALL;

		private boolean enforce = true;

		private OnUnavailable onUnavailable = OnUnavailable.ALLOW;

		private Clock clock = Clock.systemUTC();

		private BudgetReports reports = BudgetReports.NONE;

		private Builder(BudgetSource source, Executor executor) {
			this.source = source;
			this.executor = executor;
		}

		/**
		 * Set the kinds of limits to look for.
		 */
		Builder limits(List<BudgetLimit> limits) {
			this.limits = limits;
			return this;
		}

		/**
		 * Set whether a model call that the budget does not allow is refused, as it is by
		 * default. Usage is counted in any case.
		 * @param enforce whether it is refused
		 * @return this builder
		 */
		public Builder enforce(boolean enforce) {
			this.enforce = enforce;
			return this;
		}

		/**
		 * Set what becomes of a model call while the budget is unknown; allowed by
		 * default.
		 * @param onUnavailable what becomes of it
		 * @return this builder
		 */
		public Builder onUnavailable(OnUnavailable onUnavailable) {
			this.onUnavailable = onUnavailable;
			return this;
		}

		/**
		 * Set the clock; the system's by default.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set who is told of refusals; nobody by default.
		 * @param agent the client id of the agent
		 * @param listeners gives the listeners; asked for with each refusal
		 * @return this builder
		 */
		public Builder listeners(String agent, Supplier<List<BudgetListener>> listeners) {
			this.reports = new BudgetReports(agent, listeners);
			return this;
		}

		/**
		 * Return what was built.
		 * @return the monitor; it has asked nothing yet
		 */
		public BudgetMonitor build() {
			return new BudgetMonitor(this);
		}

	}

}
