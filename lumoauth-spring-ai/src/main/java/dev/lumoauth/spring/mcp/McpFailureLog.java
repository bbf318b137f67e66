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

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.guard.RefusalText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures of the listed connections. Each kind of failure is logged once for a
 * connection, until the connection works again. Otherwise a model could fill the log: it
 * may call the tools of a failing server as often as it likes, and the server's own words
 * are part of each entry.
 * <p>
 * A refusal, by LumoAuth or by the server, is no outage: one user may be refused while
 * others get answers. Each kind of refusal is logged once.
 */
final class McpFailureLog {

	/** More than the number of failures that a reader of the log can tell apart. */
	private static final int MAX_KINDS = 16;

	private static final Log logger = LogFactory.getLog(McpFailureLog.class);

	/** The kinds of failures that were logged, by connection. */
	private final Map<String, Set<String>> outages = new ConcurrentHashMap<>();

	private final Map<String, Set<String>> refusals = new ConcurrentHashMap<>();

	/** The texts for a model about tools that could not be listed, by connection. */
	private final Map<String, String> leftOut = new ConcurrentHashMap<>();

	/**
	 * Note a failure.
	 * @param endpoint the connection
	 * @param what the part that failed, as the beginning of a sentence
	 * @param failure the cause
	 * @param next what happens next, as a sentence
	 */
	void failed(McpConnectionAddress endpoint, String what, Throwable failure, String next) {
		String connection = endpoint.connection().name();
		Throwable told = McpFailure.told(failure);
		boolean refused = told instanceof LumoAuthException && !(told instanceof LumoAuthUnavailableException);
		Set<String> kinds = (refused ? this.refusals : this.outages).computeIfAbsent(connection,
				(name) -> ConcurrentHashMap.newKeySet());
		String code = (told instanceof LumoAuthDeniedException denied) ? denied.getErrorCode() : null;
		if (kinds.size() < MAX_KINDS && kinds.add(told.getClass().getName() + " " + code)) {
			logger.warn(what + ": " + McpFailure.describe(failure, connection) + ". " + next
					+ (refused ? " A refusal of this kind is not logged again."
							: " Not logged again until the connection works."));
		}
	}

	/**
	 * Note that a server has answered.
	 */
	void worked(McpConnectionAddress endpoint) {
		if (!this.outages.isEmpty() && this.outages.remove(endpoint.connection().name()) != null) {
			logger.info(endpoint + " works again.");
		}
	}

	/**
	 * Note that the tools of a connection could not be listed, so their names are not
	 * known.
	 */
	void leftOut(McpConnectionAddress endpoint, Throwable failure) {
		Throwable told = McpFailure.told(failure);
		if (!(told instanceof LumoAuthException)) {
			this.leftOut.put(endpoint.connection().name(), RefusalText.SERVER_UNAVAILABLE);
		}
		else if (told instanceof LumoAuthUnavailableException) {
			this.leftOut.put(endpoint.connection().name(), RefusalText.UNAVAILABLE);
		}
	}

	void listed(McpConnectionAddress endpoint) {
		this.leftOut.remove(endpoint.connection().name());
	}

	/**
	 * Return the text for a model that calls an unknown tool.
	 * @return the text; {@code null} if the tools of all connections are known
	 */
	@Nullable String ofUnknownTool() {
		return this.leftOut.isEmpty() ? null : this.leftOut.containsValue(RefusalText.SERVER_UNAVAILABLE)
				? RefusalText.SERVER_UNAVAILABLE : RefusalText.UNAVAILABLE;
	}

}
