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

package dev.lumoauth.spring.event;

import java.util.function.LongSupplier;

/**
 * The limit for checking signatures: a number per second, and the same number at once.
 */
final class RateLimit {

	private static final double NANOS = 1_000_000_000;

	private final int perSecond;

	private final LongSupplier nanoTime;

	private double left;

	private long at;

	RateLimit(int perSecond, LongSupplier nanoTime) {
		this.perSecond = perSecond;
		this.nanoTime = nanoTime;
		this.left = perSecond;
		this.at = nanoTime.getAsLong();
	}

	synchronized boolean tryAcquire() {
		long now = this.nanoTime.getAsLong();
		this.left = Math.min(this.perSecond, this.left + (now - this.at) / NANOS * this.perSecond);
		this.at = now;
		if (this.left < 1) {
			return false;
		}
		this.left--;
		return true;
	}

}
