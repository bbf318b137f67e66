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

package dev.lumoauth.spring.concurrent;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * One load in progress, and its result.
 *
 * @param <V> the value
 */
final class Flight<V> {

	private final CompletableFuture<Outcome<V>> outcome = new CompletableFuture<>();

	private final Thread leader = Thread.currentThread();

	void succeed(V value) {
		this.outcome.complete(new Outcome<>(Kind.VALUE, value, null, false));
	}

	/**
	 * End the load with a failure. The time that was waited in vain shows whether
	 * LumoAuth has answered, and whether the leader had less time than others have.
	 * @param spentBefore how long the leader had waited in vain before this load
	 * @param spentAfter the same including this load
	 */
	void fail(Throwable failure, long spentBefore, long spentAfter) {
		boolean inVain = spentAfter > spentBefore;
		boolean shorter = spentBefore > 0 && (inVain || WaitAllowance.isUsedUp(failure));
		Kind kind = (shorter || isInterruption(failure)) ? Kind.ABANDONED : Kind.FAILURE;
		this.outcome.complete(new Outcome<>(kind, null, failure, inVain));
	}

	/**
	 * The load ended well but gave no value for this key.
	 */
	void leaveOpen() {
		this.outcome.complete(new Outcome<>(Kind.LEFT_OPEN, null, null, false));
	}

	/**
	 * Let nobody wait for the load, which may take long: every other caller fails at
	 * once.
	 */
	void refuse(Throwable failure) {
		this.outcome.complete(new Outcome<>(Kind.FAILURE, null, failure, true));
	}

	/**
	 * Wait for the end.
	 * @param key what is loaded
	 * @param limit how long the waits of a chat may take in all, in nanoseconds
	 * @param answeredAt when the last load ended with an answer; {@code null} = never. A
	 * chat that waited in vain before then may wait again
	 * @throws CompletionException of a {@link TimeoutException} if that is over
	 */
	Outcome<V> await(Object key, long limit, @Nullable Long answeredAt) {
		if (this.leader == Thread.currentThread() && !this.outcome.isDone()) {
			throw new IllegalStateException("The loader of '" + key + "' asks for '" + key + "' itself");
		}
		if (this.outcome.isDone()) {
			return this.outcome.join();
		}
		WaitAllowance allowance = WaitAllowance.current();
		long start = System.nanoTime();
		long left = allowance.isWhole(answeredAt, start) ? limit : Math.max(allowance.left(limit, start), 0);
		boolean answered = false;
		try {
			Outcome<V> outcome = this.outcome.get(left, TimeUnit.NANOSECONDS);
			answered = !outcome.inVain();
			return outcome;
		}
		catch (TimeoutException ex) {
			throw new CompletionException("Another thread waits for an answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			CancellationException cancelled = new CancellationException("Interrupted while waiting for another thread");
			cancelled.initCause(ex);
			throw cancelled;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex); // never completed exceptionally
		}
		finally {
			if (!answered && left > 0) {
				long end = System.nanoTime();
				allowance.spend(end - start, end);
			}
		}
	}

	/**
	 * Whether the failure is about the leader's thread and not about the value. HTTP
	 * clients report an interruption as an I/O error, most with the flag set again. A
	 * read that took too long is an {@link InterruptedIOException} too.
	 */
	private static boolean isInterruption(Throwable failure) {
		if (Thread.currentThread().isInterrupted()) {
			return true;
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException
					|| (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException))) {
				return true;
			}
		}
		return false;
	}

	enum Kind {

		VALUE, FAILURE,

		/**
		 * The leader was interrupted, or had less time than others have: another caller
		 * may try.
		 */
		ABANDONED,

		/**
		 * The leader's answer says nothing about this key.
		 */
		LEFT_OPEN

	}

	record Outcome<V>(Kind kind, @Nullable V value, @Nullable Throwable failure, boolean inVain) {

		boolean isFinal() {
			return this.kind == Kind.VALUE || this.kind == Kind.FAILURE;
		}

		V get() {
			if (this.failure instanceof RuntimeException ex) {
				throw ex;
			}
			if (this.failure instanceof Error error) {
				throw error;
			}
			if (this.value == null) {
				throw new IllegalStateException("No value", this.failure);
			}
			return this.value;
		}

	}

}
