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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Asks the engine within a time limit. After a failure, nobody waits for the engine for
 * two seconds.
 */
final class EngineAccess implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final long LEFT_ALONE = Duration.ofSeconds(2).toNanos();

	private static final int THREADS = 4;

	private final BudgetEngine engine;

	private final LongSupplier nanos;

	private final @Nullable ThreadPoolExecutor threads;

	private final @Nullable ScheduledThreadPoolExecutor timer;

	private @Nullable ScheduledFuture<?> repeated;

	private volatile @Nullable BudgetStoreException failure;

	private volatile long failedAt;

	private EngineAccess(BudgetEngine engine, LongSupplier nanos, @Nullable ThreadPoolExecutor threads,
			@Nullable ScheduledThreadPoolExecutor timer) {
		this.engine = engine;
		this.nanos = nanos;
		this.threads = threads;
		this.timer = timer;
	}

	static EngineAccess onThreads(BudgetEngine engine) {
		return new EngineAccess(engine, System::nanoTime,
				new DaemonThreads("lumoauth-shared-budget").upTo(THREADS, 100),
				new ScheduledThreadPoolExecutor(1, new DaemonThreads("lumoauth-shared-budget-timer")));
	}

	/**
	 * On the thread of the caller, without a time limit.
	 */
	static EngineAccess direct(BudgetEngine engine, LongSupplier nanos) {
		return new EngineAccess(engine, nanos, null, null);
	}

	/**
	 * Ask the engine.
	 * @throws BudgetStoreException if it gives no answer
	 */
	Answer exchange(Ask ask) {
		BudgetStoreException before = this.failure;
		if (before != null && this.nanos.getAsLong() - this.failedAt < LEFT_ALONE) {
			throw before;
		}
		try {
			Answer answer = (this.threads != null) ? within(this.threads, () -> this.engine.exchange(ask))
					: this.engine.exchange(ask);
			this.failure = null;
			return answer;
		}
		catch (BudgetStoreException ex) {
			if (!Thread.currentThread().isInterrupted()) { // which says nothing about the
															// engine
				this.failedAt = this.nanos.getAsLong();
				this.failure = ex;
			}
			throw ex;
		}
	}

	private Answer within(ThreadPoolExecutor threads, Callable<Answer> question) {
		Future<Answer> answer;
		try {
			answer = threads.submit(question);
		}
		catch (RejectedExecutionException ex) {
			throw busy();
		}
		try {
			return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof BudgetStoreException known) ? known
					: new BudgetStoreException(this.engine.name() + ": " + ex.getCause(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw busy();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw busy();
		}
		finally {
			answer.cancel(true);
		}
	}

	BudgetStoreException busy() {
		return new BudgetStoreException(this.engine.name() + " did not answer within " + TIMEOUT.toMillis() + " ms",
				null);
	}

	/**
	 * Return why the engine can't be used; {@code null} if it answered last.
	 */
	@Nullable BudgetStoreException failure() {
		return this.failure;
	}

	synchronized void repeat(Runnable action, Duration interval) {
		if (this.timer != null && this.repeated == null) {
			this.repeated = this.timer.scheduleWithFixedDelay(() -> {
				try {
					action.run();
				}
				catch (RuntimeException ex) {
					// The next time may do better.
				}
			}, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	synchronized void endRepeat() {
		if (this.repeated != null) {
			this.repeated.cancel(false);
			this.repeated = null;
		}
	}

	@Override
	public void close() {
		endRepeat();
		if (this.threads != null) {
			this.threads.shutdown();
		}
		if (this.timer != null) {
			this.timer.shutdownNow();
		}
	}

}
