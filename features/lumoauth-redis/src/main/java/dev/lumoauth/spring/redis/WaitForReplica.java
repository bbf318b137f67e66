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

package dev.lumoauth.spring.redis;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.Pause;

/**
 * The wait of one call for what another replica is asking LumoAuth: a half of what a chat
 * may still wait. The other half is for LumoAuth.
 */
final class WaitForReplica {

	private final WaitAllowance allowance = WaitAllowance.current();

	/** Later by the time that LumoAuth took to answer. */
	private long start;

	private final Pause pause;

	private final LongSupplier nanos;

	private final Duration patience;

	private Duration paused = Duration.ZERO;

	private Duration waited = Duration.ZERO;

	/**
	 * Begin to wait.
	 * @param maxWait how long a chat may wait for LumoAuth in all
	 * @param longest how long to wait at most
	 * @param pause how to wait
	 */
	WaitForReplica(Duration maxWait, Duration longest, Pause pause) {
		this(maxWait, longest, pause, System::nanoTime);
	}

	WaitForReplica(Duration maxWait, Duration longest, Pause pause, LongSupplier nanos) {
		this.pause = pause;
		this.nanos = nanos;
		this.start = nanos.getAsLong();
		Duration half = Duration.ofNanos(Math.max(0, this.allowance.left(maxWait.toNanos(), this.start))).dividedBy(2);
		this.patience = (half.compareTo(longest) < 0) ? half : longest;
	}

	boolean isOver() {
		return this.waited.compareTo(this.patience) >= 0;
	}

	/**
	 * Wait before another look.
	 */
	void pause(Duration time) {
		try {
			this.pause.pause(time);
		}
		catch (InterruptedIOException ex) {
			throw new LumoAuthUnavailableException("Interrupted while another replica asked LumoAuth", ex);
		}
		this.paused = this.paused.plus(time);
		this.waited = Duration.ofNanos(Math.max(this.paused.toNanos(), this.nanos.getAsLong() - this.start));
	}

	/**
	 * Ask LumoAuth in what is left of the time. An answer gives the time back: only waits
	 * in vain count.
	 */
	<T> T thenAsk(Supplier<T> lumoAuth) {
		spend(this.waited);
		long asked = this.nanos.getAsLong();
		T answer = lumoAuth.get();
		this.start += this.nanos.getAsLong() - asked;
		spend(this.waited.negated());
		return answer;
	}

	private void spend(Duration waited) {
		if (!waited.isZero()) {
			this.allowance.spend(waited.toNanos(), this.nanos.getAsLong());
		}
	}

}
