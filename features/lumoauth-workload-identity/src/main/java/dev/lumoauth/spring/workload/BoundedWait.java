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

package dev.lumoauth.spring.workload;

import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.CircuitBreaker;

/**
 * Waits for something that has to be asked before LumoAuth can be, by the rules by which
 * LumoAuth is waited for: the waits of a chat that end without an answer are limited in
 * total, and after such a wait one call asks while all others are refused at once. The
 * question is asked on another thread, which is interrupted when the time is over. A
 * failure that comes at once is an answer.
 */
final class BoundedWait {

	/**
	 * The most that are asked at a time. Questions that hang and can't be interrupted
	 * count as well.
	 */
	private static final int MAX_THREADS = 16;

	private final String who;

	private final URI key;

	private final long maxWait;

	private final CircuitBreaker breaker;

	private final ThreadPoolExecutor threads;

	/**
	 * Create the wait.
	 * @param who who is asked, for messages and the names of threads
	 * @param maxWait how long a chat may wait in total
	 */
	BoundedWait(String who, Duration maxWait) {
		this.who = who;
		this.key = URI.create("wait:" + who.replace(' ', '-'));
		this.maxWait = maxWait.toNanos();
		this.breaker = new CircuitBreaker(Clock.systemUTC(), System::nanoTime,
				(key, what) -> new LumoAuthUnavailableException(who + what + ", and is not asked for a moment", null));
		// Further questions wait for a thread, for as long as they may wait for an
		// answer.
		this.threads = new DaemonThreads("lumoauth-wait").upTo(MAX_THREADS, Integer.MAX_VALUE);
	}

	/**
	 * Ask, and wait for the answer.
	 * @param <T> the type of the answer
	 * @param question asks, on another thread
	 * @return the answer
	 * @throws LumoAuthUnavailableException if there was no answer in time, or if nothing
	 * is asked because there was none the last time
	 */
	<T> T ask(Supplier<T> question) {
		WaitAllowance allowance = WaitAllowance.current();
		long start = System.nanoTime();
		boolean whole = allowance.isWhole(this.breaker.answeredAt(this.key), start);
		long left = whole ? this.maxWait : allowance.left(this.maxWait, start);
		if (left <= 0) {
			throw new LumoAuthUnavailableException(
					this.who + " is not asked: the chat or request has waited as long as lumoauth.max-wait allows",
					WaitAllowance.usedUp(null));
		}
		boolean probing = this.breaker.enter(this.key, whole);
		try {
			return answer(question, allowance, start, left, whole);
		}
		finally {
			if (probing) {
				this.breaker.leftOpen(this.key);
			}
		}
	}

	private <T> T answer(Supplier<T> question, WaitAllowance allowance, long start, long left, boolean whole) {
		FutureTask<T> asked = new FutureTask<>(question::get);
		try {
			this.threads.execute(asked);
			T answer = asked.get(left, TimeUnit.NANOSECONDS);
			this.breaker.answered(this.key);
			return answer;
		}
		catch (ExecutionException ex) {
			if (isTimeout(ex.getCause())) {
				inVain(allowance, start, whole);
			}
			else {
				this.breaker.answered(this.key);
			}
			ReflectionUtils.rethrowRuntimeException(ex.getCause());
			throw new IllegalStateException(ex); // not reached
		}
		catch (TimeoutException ex) {
			inVain(allowance, start, whole);
			String message = this.who + " did not answer within " + TimeUnit.NANOSECONDS.toMillis(left) + " ms";
			throw whole ? new LumoAuthUnavailableException(message + " (lumoauth.max-wait)", null)
					: new LumoAuthUnavailableException(message + ", which is what was left of lumoauth.max-wait",
							WaitAllowance.usedUp(null));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LumoAuthUnavailableException("Interrupted while waiting: " + this.who + " has not answered", ex);
		}
		finally {
			asked.cancel(true);
			this.threads.remove(asked);
		}
	}

	private void inVain(WaitAllowance allowance, long start, boolean whole) {
		long now = System.nanoTime();
		allowance.spend(now - start, now);
		Long answeredAt = this.breaker.answeredAt(this.key);
		if (whole && (answeredAt == null || answeredAt - start < 0)) {
			this.breaker.failed(this.key, "no answer in time", true);
		}
	}

	/**
	 * The JDK gives a connection that took too long a cause, which is no timeout.
	 */
	private static boolean isTimeout(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof HttpTimeoutException || cause instanceof SocketTimeoutException)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

}
