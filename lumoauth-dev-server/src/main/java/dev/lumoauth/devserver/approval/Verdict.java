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

package dev.lumoauth.devserver.approval;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A person's decision about a request.
 *
 * @param approve whether the request is approved
 * @param ttl for how many seconds, {@code null} for as many as requested
 * @param agentMessage a message to the agent
 * @param notes notes that the agent never sees
 * @since 0.1.0
 */
public record Verdict(boolean approve, @Nullable Integer ttl, @Nullable String agentMessage, @Nullable String notes) {

	/** The maximum lifetime of a permission, in seconds. */
	public static final int MAX_TTL = 900;

	private static final int MAX_TEXT = 1_000;

	public Verdict {
		if (ttl != null && (ttl < 1 || ttl > MAX_TTL)) {
			throw new IllegalArgumentException("'ttl' is not 1 to %d seconds".formatted(MAX_TTL));
		}
		agentMessage = text("agent_message", agentMessage);
		notes = text(approve ? "notes" : "reason", notes);
	}

	private static @Nullable String text(String name, @Nullable String text) {
		if (text != null && text.length() > MAX_TEXT) {
			throw new IllegalArgumentException("'%s' is longer than %d characters".formatted(name, MAX_TEXT));
		}
		return StringUtils.hasText(text) ? text : null;
	}

}
