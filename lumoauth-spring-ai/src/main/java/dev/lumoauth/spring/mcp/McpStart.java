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

package dev.lumoauth.spring.mcp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.lumoauth.spring.concurrent.DaemonThreads;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Connects the listed connections in the background once the application has started, so
 * that a server that is down does not prevent the start. A connection that fails is
 * connected when it is first used. A connection that acts for users is never connected at
 * start, because there is no user.
 */
final class McpStart implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(McpStart.class);

	private static final int THREADS = 4;

	private final List<Waiting> waiting = new CopyOnWriteArrayList<>();

	private volatile @Nullable ExecutorService threads;

	/**
	 * Connect a client later.
	 * @param endpoint its connection
	 * @param client the client
	 */
	void add(McpConnectionAddress endpoint, Object client) {
		if (endpoint.connection().onBehalfOf() == OnBehalfOf.AGENT) {
			this.waiting.add(new Waiting(endpoint, client));
		}
	}

	/**
	 * Connect a client now.
	 * @param client a client of either kind
	 */
	static void connect(Object client) {
		if (client instanceof McpSyncClient sync) {
			sync.initialize();
		}
		else {
			((McpAsyncClient) client).initialize().block();
		}
	}

	@Override
	public void start() {
		if (this.waiting.isEmpty()) {
			return;
		}
		ExecutorService executor = Executors.newFixedThreadPool(THREADS, new DaemonThreads("lumoauth-mcp-start"));
		this.threads = executor;
		this.waiting.forEach((each) -> executor.execute(() -> connect(each)));
		this.waiting.clear();
		executor.shutdown();
	}

	private void connect(Waiting waiting) {
		try {
			connect(waiting.client());
		}
		catch (RuntimeException ex) {
			if (isRunning()) {
				logger.warn(waiting.endpoint() + " could not be connected: "
						+ McpFailure.describe(ex, waiting.endpoint().connection().name())
						+ ". It is connected when it is first used.");
			}
		}
	}

	@Override
	public void stop() {
		ExecutorService executor = this.threads;
		if (executor != null) {
			executor.shutdownNow();
		}
		this.threads = null;
	}

	@Override
	public boolean isRunning() {
		return this.threads != null;
	}

	private record Waiting(McpConnectionAddress endpoint, Object client) {
	}

}
