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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import dev.lumoauth.spring.concurrent.WaitAllowance;

/**
 * The agent's budget: the monitor reads the budget, adds what this application uses, and
 * decides whether the next model call may be made.
 * <p>
 * The first caller that needs an answer reads the budget from LumoAuth. Later reads
 * happen in the background, when the budget is used and the last answer is 30 seconds
 * old. In between, and if LumoAuth's counts don't contain this application's usage, the
 * application's own counts are added: tokens per UTC day and model calls per UTC hour.
 * Nothing is counted twice: if it is not known whether LumoAuth's count contains the own
 * count, the larger of the two is used. The own counts are in memory and start at zero
 * with the application, unless there is a {@linkplain Builder#store store}. While a model
 * call is in progress, an estimate of its tokens is reserved: the estimate does not count
 * as used, but no other call can use these tokens.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public class BudgetMonitor implements AutoCloseable {

	private final Clock clock;

	private final Supplier<Book> newBook;

	private final BudgetReports reports;

	private final Runnable endSaving;

	private volatile Book book;

	private BudgetMonitor(Builder builder) {
		Clock clock = builder.clock;
		List<BudgetLimit> limits = builder.limits;
		this.reports = builder.reports;
		this.clock = clock;
		this.newBook = () -> {
			BudgetLog log = new BudgetLog(builder.enforce);
			BudgetLedger ledger = new BudgetLedger(new BudgetUsage(limits, log, clock.instant()), builder.enforce,
					builder.onUnavailable);
			BudgetPolicyReader reader = new BudgetPolicyReader(limits, log::invalidField);
			KeptUsage kept = builder.kept(ledger, log);
			return new Book(ledger, new BudgetReads(source(builder.source, kept), reader, ledger, log, clock,
					builder.executor, builder.maxWait), kept);
		};
		this.endSaving = builder.endSaving;
		this.book = this.newBook.get();
	}

	/**
	 * Before LumoAuth's figures are added to the usage, the usage is known.
	 */
	private static BudgetSource source(BudgetSource source, @Nullable KeptUsage kept) {
		if (kept == null) {
			return source;
		}
		return () -> {
			kept.save();
			return source.budgetPolicy();
		};
	}

	/**
	 * Return a builder.
	 * @param source reads the budget
	 * @param executor runs the reads in the background; has to run them on another thread
	 * @return the builder of a monitor that refuses what a known budget does not allow
	 */
	public static Builder builder(BudgetSource source, Executor executor) {
		return new Builder(source, executor);
	}

	/**
	 * Return what a reason for an unknown budget means.
	 * @param reason the {@linkplain BudgetStatus#reason() reason}
	 * @return a sentence for people; it contains no text from outside
	 */
	public static String describe(String reason) {
		return UnknownReason.text(reason);
	}

	/**
	 * Forget what was read and what was used, as after a start of the application: what
	 * is in a {@linkplain Builder#store store} counts again. The result of a read in
	 * progress is not kept.
	 */
	public void forget() {
		this.book = this.newBook.get();
	}

	/**
	 * Return the status. Blocks for one read if the budget was never read, and not after
	 * that.
	 * @return the status; never throws because LumoAuth could not be asked
	 */
	public BudgetStatus status() {
		this.book.reads().first();
		return lastKnown();
	}

	/**
	 * Return LumoAuth's current status. Call this method after a change at LumoAuth, not
	 * for each model call. Blocks for one read, or for a read of another thread.
	 * @return the status; never throws because LumoAuth could not be asked
	 */
	public BudgetStatus refresh() {
		this.book.reads().now();
		return current();
	}

	/**
	 * Return the status as far as it is known. Never blocks, but may start a read in the
	 * background.
	 * @return the status; unknown with the reason {@code not_read} at first
	 */
	public BudgetStatus lastKnown() {
		this.book.reads().refresh();
		return current();
	}

	/**
	 * Return the status as far as it is known, like {@link #lastKnown()}, without
	 * starting a read. This is for metrics, which are read whether or not the agent does
	 * anything.
	 * @return the status; unknown with the reason {@code not_read} at first
	 */
	public BudgetStatus current() {
		return this.book.ledger().status(this.clock.instant());
	}

	/**
	 * Return whether {@link #start} may block: because the budget was never read, or
	 * because other replicas have to be asked.
	 * @return whether it may block
	 */
	public boolean mayBlock() {
		Book book = this.book;
		return !book.reads().isTried() || (book.kept() != null && book.kept().waits());
	}

	/**
	 * Refuse a model call if the budget does not allow it: if everything is used or
	 * reserved for calls in progress. Blocks like {@link #status()}. Counts nothing.
	 * @param model the model's name as in {@code allowed_models}, or {@code null} if the
	 * call names none: such a call is refused if the policy names models
	 * @throws BudgetExhaustedException if a known limit is reached, LumoAuth said that
	 * the budget is spent, or the model is not among those allowed
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the budget is unknown,
	 * there are no figures for the current day and hour either, and
	 * {@code lumoauth.budget.on-unavailable} is {@code refuse}
	 */
	public void check(@Nullable String model) {
		status();
		this.reports.reporting(model, () -> {
			this.book.ledger().check(model, this.clock.instant());
			return true;
		});
	}

	/**
	 * {@link #check Check} and count a model call in one atomic step, without reserving
	 * tokens for it: its tokens count when they are {@link #recordTokens recorded}.
	 * Blocks like {@link #status()}.
	 * @param model the model's name, or {@code null} if the call names none
	 * @throws BudgetExhaustedException as {@link #check} does; then nothing is counted
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as {@link #check} does
	 */
	public void start(@Nullable String model) {
		status();
		// Nothing is reserved, so nobody has to be told of its end.
		reserved(model, 0, null, true).settle(0);
	}

	/**
	 * {@link #check Check}, count a model call and reserve tokens for it in one atomic
	 * step. Blocks like {@link #status()}.
	 * @param tokens the tokens that the call is expected to use
	 * @param enclosing the call around this one, if any
	 */
	Reservation reserve(@Nullable String model, long tokens, @Nullable AdmittedCall enclosing) {
		status();
		return reserved(model, Math.max(1, tokens), enclosing, true);
	}

	/**
	 * {@link #reserve Reserve} on a thread that must not block: if the budget was never
	 * read, it is unknown.
	 */
	Reservation reserveWithoutBlocking(@Nullable String model, long tokens) {
		lastKnown();
		return reserved(model, Math.max(1, tokens), null, false);
	}

	private Reservation reserved(@Nullable String model, long tokens, @Nullable AdmittedCall enclosing,
			boolean mayWait) {
		Book book = this.book;
		BudgetLedger ledger = book.ledger();
		return this.reports.reporting(model, () -> {
			// Not within the enclosing call's lock, because this may wait.
			Hold hold = (book.kept() != null) ? book.kept().reserve(model, tokens, mayWait) : null;
			Function<@Nullable Reservation, Reservation> admission = (replaced) -> ledger
				.admit(new Reservation(ledger, this.clock, this.clock.instant(), tokens, hold), replaced, model);
			try {
				return (enclosing != null) ? enclosing.within(admission) : admission.apply(null);
			}
			catch (RuntimeException ex) {
				if (book.kept() != null) {
					book.kept().cancel(hold);
				}
				throw ex;
			}
		});
	}

	/**
	 * Refuse if the policy does not allow the model. Never blocks, counts nothing.
	 */
	void checkModel(@Nullable String model) {
		this.reports.reporting(model, () -> {
			this.book.ledger().checkModel(model);
			return true;
		});
	}

	/**
	 * Count tokens of a model call.
	 * @param tokens prompt and completion together; negative counts as 0
	 */
	public void recordTokens(long tokens) {
		this.book.ledger().addTokens(tokens, null, this.clock.instant());
	}

	/**
	 * Record LumoAuth's answer {@code budget_exceeded} to any request. The budget is
	 * exhausted from now until the end of the UTC day, or of the hour if the policy has
	 * only an hourly limit. It is available earlier if later figures of LumoAuth leave
	 * something of every limit. Decisions about capabilities are not affected.
	 * @param signal LumoAuth's answer
	 */
	public void exceeded(LumoAuthBudgetExceededException signal) {
		Book book = this.book;
		if (book.ledger().exceeded(this.clock.instant())) {
			book.reads().outdated();
		}
	}

	/**
	 * Save what was used, if it is kept. Usage that is counted later is not saved.
	 */
	@Override
	public void close() {
		KeptUsage kept = this.book.kept();
		if (kept != null) {
			kept.save();
		}
		this.endSaving.run();
	}

	/**
	 * The known budget, the reads that it came from, and who keeps it.
	 */
	private record Book(BudgetLedger ledger, BudgetReads reads, @Nullable KeptUsage kept) {

	}

	/**
	 * Builder for a {@link BudgetMonitor}.
	 */
	public static final class Builder {

		private final BudgetSource source;

		private final Executor executor;

		private List<BudgetLimit> limits = BudgetLimit.ALL;

		private boolean enforce = true;

		private OnUnavailable onUnavailable = OnUnavailable.ALLOW;

		private Clock clock = Clock.systemUTC();

		private BudgetReports reports = BudgetReports.NONE;

		private Duration maxWait = WaitAllowance.DEFAULT_MAX;

		private @Nullable BiFunction<BudgetLedger, BudgetLog, KeptUsage> keeper;

		private Runnable endSaving = () -> {
		};

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
		 * Set whether a model call that the budget does not allow is refused;
		 * {@code true} by default. Usage is counted in any case.
		 * @param enforce whether the call is refused
		 * @return this builder
		 */
		public Builder enforce(boolean enforce) {
			this.enforce = enforce;
			return this;
		}

		/**
		 * Set what happens to a model call while the budget is unknown; allowed by
		 * default.
		 * @param onUnavailable what happens to the call
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
		 * Set how long a chat may wait for LumoAuth in total, including another thread's
		 * read; two seconds by default.
		 * @param maxWait how long
		 * @return this builder
		 */
		public Builder maxWait(Duration maxWait) {
			this.maxWait = maxWait;
			return this;
		}

		/**
		 * Set the listeners for refusals; none by default.
		 * @param agent the client id of the agent
		 * @param listeners supplies the listeners; called with each refusal
		 * @return this builder
		 */
		public Builder listeners(String agent, Supplier<List<BudgetListener>> listeners) {
			this.reports = new BudgetReports(agent, listeners);
			return this;
		}

		/**
		 * Set the store in which the usage is kept; without a store, the usage ends with
		 * the process. A thread of its own tells the store what is used.
		 * @param store the store
		 * @param tenant the address of the tenant or organization at LumoAuth
		 * @param agent the client id of the agent
		 * @return this builder
		 */
		public Builder store(BudgetStore store, String tenant, String agent) {
			ThreadPoolExecutor thread = new DaemonThreads("lumoauth-budget").upTo(1, Integer.MAX_VALUE);
			this.endSaving = thread::shutdown;
			return store(store, tenant, agent, thread);
		}

		Builder store(BudgetStore store, String tenant, String agent, Executor thread) {
			this.keeper = (ledger, log) -> new KeptUsage(store, tenant, agent, ledger, log, this.clock, thread);
			return this;
		}

		private @Nullable KeptUsage kept(BudgetLedger ledger, BudgetLog log) {
			if (this.keeper == null) {
				return null;
			}
			KeptUsage kept = this.keeper.apply(ledger, log);
			ledger.keptBy(kept);
			return kept;
		}

		/**
		 * Build the monitor.
		 * @return the monitor, which has sent no request yet
		 */
		public BudgetMonitor build() {
			return new BudgetMonitor(this);
		}

	}

}
