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

package dev.lumoauth.spring.http;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * A wait before a second attempt. Tests use one that does not wait.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Pause {

	/**
	 * Wait.
	 * @param duration how long
	 * @throws InterruptedIOException if the thread is interrupted, with its interrupted
	 * status set
	 */
	void pause(Duration duration) throws InterruptedIOException;

	/**
	 * Return a wait that lets the thread sleep.
	 * @return the wait
	 */
	static Pause sleeping() {
		return (duration) -> {
			try {
				Thread.sleep(duration.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new InterruptedIOException("Interrupted while waiting for a second try");
			}
		};
	}

}
