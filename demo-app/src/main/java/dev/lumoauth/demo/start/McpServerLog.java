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

package dev.lumoauth.demo.start;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The MCP server's log of the calls that reached it: the verified token as the server saw
 * it.
 */
public final class McpServerLog {

	private static final Pattern CALL = Pattern
		.compile("tool=(?<tool>\\S+) sub=(?<sub>\\S+) act=(?<act>\\S+) .*\\bscope=(?<scope>\\S+)");

	private static final int MAX_UNREAD = 100;

	private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>(MAX_UNREAD);

	/**
	 * Accept a line of the server's output.
	 * @param line the line
	 */
	void take(String line) {
		Matcher matcher = CALL.matcher(line);
		if (matcher.find()) {
			while (!this.calls.offer(new Call(matcher.group("tool"), matcher.group("sub"), matcher.group("act"),
					matcher.group("scope")))) {
				this.calls.poll();
			}
		}
	}

	/**
	 * Return the next call.
	 * @param timeout how long to wait for it
	 * @return the call, or nothing if there was none in that time
	 */
	public Optional<Call> next(Duration timeout) {
		try {
			@Nullable Call call = this.calls.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			return Optional.ofNullable(call);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
	}

	/**
	 * A call as the server saw it.
	 *
	 * @param tool the tool
	 * @param subject the subject of the token
	 * @param actors the actors, as they are nested in the token, separated by commas;
	 * {@code -} for none
	 * @param scopes the scopes of the token, separated by commas
	 */
	public record Call(String tool, String subject, String actors, String scopes) {
	}

}
