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

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Creates daemon threads that inherit nothing, such as the user, from the thread that is
 * the first to need them.
 *
 * @param name the name of the threads
 * @since 0.1.0
 */
public record DaemonThreads(String name) implements ThreadFactory {

	/**
	 * Create an executor whose threads start with the first work, and end when there is
	 * none.
	 * @param threads the most threads
	 * @param waiting the most work that waits for one of them; more is rejected
	 * @return the executor
	 */
	public ThreadPoolExecutor upTo(int threads, int waiting) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(waiting), this);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	@Override
	public Thread newThread(Runnable work) {
		Thread thread = new Thread(null, work, this.name, 0, false);
		thread.setDaemon(true);
		// Without it, the application's classes would not be found in an executable jar.
		thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
		return thread;
	}

}
