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

package dev.lumoauth.mcpserver.audit;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.lumoauth.spring.mcp.server.LumoAuthCaller;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Logs who called which tool, and keeps the last calls in memory.
 *
 * @since 0.1.0
 */
@Component
public class ToolCallLog {

	private static final Log log = LogFactory.getLog(ToolCallLog.class);

	private static final Pattern UNSAFE = Pattern.compile("[^\\x21-\\x7e]|[\"=,]");

	private static final int CAPACITY = 10_000;

	private final Deque<ToolCall> calls = new ArrayDeque<>();

	private final Clock clock;

	ToolCallLog(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Records that the current request calls a tool.
	 * @param tool the tool's name
	 * @throws IllegalStateException if there is no current request with a verified token:
	 * a call that cannot be recorded does not run
	 */
	public void record(String tool) {
		ToolCall call = new ToolCall(this.clock.instant(), tool, LumoAuthCaller.require());
		synchronized (this.calls) {
			if (this.calls.size() == CAPACITY) {
				this.calls.removeFirst();
			}
			this.calls.addLast(call);
		}
		LumoAuthCaller caller = call.caller();
		log.info("tool=%s sub=%s act=%s client=%s scope=%s".formatted(tool, safe(caller.subject()),
				list(caller.actors().actors()), safe(caller.clientId()), list(caller.scopes())));
	}

	private static String list(Collection<String> claims) {
		return claims.isEmpty() ? "-" : claims.stream().map(ToolCallLog::safe).collect(Collectors.joining(","));
	}

	/**
	 * A claim comes from outside. So it must not end the line, or look like another
	 * field.
	 */
	private static String safe(@Nullable String claim) {
		return (claim != null) ? UNSAFE.matcher(claim).replaceAll("?") : "-";
	}

	/**
	 * Returns the last calls.
	 * @return at most 10,000, the oldest first
	 */
	public List<ToolCall> last() {
		synchronized (this.calls) {
			return List.copyOf(this.calls);
		}
	}

}
