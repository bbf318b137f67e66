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

package dev.lumoauth.spring.mcp.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * An answer that continues until the client, the server or this class ends it.
 */
final class OpenStream implements Disposable {

	private final Runnable end;

	private final Disposable.Swap timer = Disposables.swap();

	OpenStream(Runnable end) {
		this.end = end;
	}

	/**
	 * Do something after a time. This replaces an action that is still to be done.
	 */
	void after(Duration time, Runnable action) {
		this.timer.update(Schedulers.parallel().schedule(action, time.toMillis() + 1, TimeUnit.MILLISECONDS));
	}

	/**
	 * End the answer, without waiting.
	 */
	void end() {
		dispose();
		Schedulers.boundedElastic().schedule(this.end);
	}

	@Override
	public void dispose() {
		this.timer.dispose();
	}

}
