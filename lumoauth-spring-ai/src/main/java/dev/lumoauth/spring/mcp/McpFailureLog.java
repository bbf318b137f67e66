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

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs failures of the listed connections: each kind of failure once for a connection,
 * until the connection works again. Otherwise a model that calls a failing server often
 * could fill the log with the server's texts.
 */
final class McpFailureLog {

	/** More than there are ways to fail that differ to whoever reads of them. */
	private static final int MAX_KINDS = 16;

	private static final Log logger = LogFactory.getLog(McpFailureLog.class);

	private final Map<String, Set<String>> said = new ConcurrentHashMap<>();

	/**
	 * Note a failure.
	 * @param endpoint the connection
	 * @param what what failed, as the beginning of a sentence
	 * @param failure why
	 * @param next what happens next, as a sentence
	 */
	void failed(McpConnectionAddress endpoint, String what, Throwable failure, String next) {
		Set<String> kinds = this.said.computeIfAbsent(endpoint.connection().name(),
				(name) -> ConcurrentHashMap.newKeySet());
		String kind = McpFailure.told(failure).getClass().getName();
		boolean news = kinds.size() < MAX_KINDS && kinds.add(kind);
		if (!news && !logger.isDebugEnabled()) {
			return;
		}
		String line = what + ": " + McpFailure.describe(failure) + ". " + next;
		if (news) {
			logger.warn(line + " Not logged again until the connection works.");
		}
		else {
			logger.debug(line);
		}
	}

	/**
	 * Note that a server has answered.
	 */
	void worked(McpConnectionAddress endpoint) {
		if (!this.said.isEmpty()) {
			this.said.remove(endpoint.connection().name());
		}
	}

}
