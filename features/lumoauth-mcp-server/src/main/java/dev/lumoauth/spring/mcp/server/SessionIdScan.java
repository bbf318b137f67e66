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

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Finds the id of a session in the first event of a stream (the transport "HTTP+SSE" of
 * MCP 2024-11-05), before the client has it.
 */
final class SessionIdScan {

	private static final Pattern ID = Pattern.compile("[?&]sessionId=([^&\\s]+)[&\\s]");

	private static final int MAX_LENGTH = 8192;

	private final Consumer<String> found;

	private @Nullable StringBuilder seen = new StringBuilder();

	SessionIdScan(Consumer<String> found) {
		this.found = found;
	}

	void look(byte[] bytes, int offset, int length) {
		StringBuilder text = this.seen;
		if (text == null) {
			return;
		}
		text.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
		Matcher id = ID.matcher(text);
		if (id.find()) {
			this.found.accept(id.group(1));
			this.seen = null;
		}
		else if (text.length() > MAX_LENGTH) {
			this.seen = null;
		}
	}

}
