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

package dev.lumoauth.benchmarks.revocation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Threads that call at a fixed rate, whatever a call takes, and what came of it.
 */
final class Callers implements AutoCloseable {

	private final Deque<Call> calls = new ArrayDeque<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean ended;

	/**
	 * Starts to call.
	 * @param count how many threads
	 * @param perSecond how many calls a second all of them make together
	 * @param call what is called; returns whether it was allowed, {@code null} if nobody
	 * knows
	 */
	Callers(int count, int perSecond, Supplier<@Nullable Boolean> call) {
		long interval = TimeUnit.SECONDS.toNanos(count) / perSecond;
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			long first = start + i * interval / count;
			Thread thread = new Thread(() -> run(first, interval, call), "caller-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
	}

	private void run(long first, long interval, Supplier<@Nullable Boolean> call) {
		for (long due = first; !this.ended; due += interval) {
			while (System.nanoTime() - due < 0) {
				LockSupport.parkNanos(due - System.nanoTime());
			}
			long began = System.nanoTime();
			Boolean allowed = call.get();
			if (allowed != null) {
				record(new Call(began, System.nanoTime(), allowed));
			}
		}
	}

	private synchronized void record(Call call) {
		this.calls.addLast(call);
		notifyAll();
	}

	/**
	 * Waits until a call that began after a moment was allowed, or was refused.
	 * @param moment the moment
	 * @param allowed what is waited for
	 * @param patience for how many seconds at most
	 */
	synchronized void await(long moment, boolean allowed, long patience) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
		while (this.calls.stream().noneMatch((call) -> call.allowed() == allowed && call.began() - moment > 0)) {
			long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
			if (left <= 0) {
				throw new IllegalStateException(
						"No call was %s within %d s".formatted(allowed ? "allowed" : "refused", patience));
			}
			wait(left);
		}
	}

	/**
	 * Returns the calls since the last time, and forgets them.
	 */
	synchronized List<Call> take() {
		List<Call> taken = new ArrayList<>(this.calls);
		this.calls.clear();
		return taken;
	}

	@Override
	public void close() {
		this.ended = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(TimeUnit.SECONDS.toMillis(30));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A call.
	 *
	 * @param began when, in nanoseconds
	 * @param ended when
	 * @param allowed whether it was
	 */
	record Call(long began, long ended, boolean allowed) {

	}

}
