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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which tokens and figures are renewed early. This class is not an
 * {@link Executor}: a bean of that type would replace the application's own task
 * executor.
 *
 * @since 0.1.0
 */
public final class BackgroundWork implements AutoCloseable {

	private static final int THREADS = 4;

	private static final int MAX_WAITING = 1_000;

	private final ThreadPoolExecutor executor = new DaemonThreads("lumoauth-background").upTo(THREADS, MAX_WAITING);

	/**
	 * Return the executor for work whose end no code waits for. It rejects work after
	 * {@link #close()}.
	 * @return the executor
	 */
	public Executor executor() {
		return this.executor;
	}

	/**
	 * Return the executor for work that has to be tried again.
	 * @param pause the delay
	 * @return the executor. After {@link #close()} it does nothing
	 */
	public Executor later(Duration pause) {
		return CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, this.executor);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
