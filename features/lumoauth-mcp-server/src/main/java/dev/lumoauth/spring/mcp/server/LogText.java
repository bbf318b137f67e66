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

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Writes a text from outside into one line of a log: characters that could end the line
 * are replaced.
 */
final class LogText {

	private static final Pattern UNSAFE = Pattern.compile("[^\\x21-\\x7e]|['\"]");

	private static final int MAX_LENGTH = 200;

	private LogText() {
	}

	static String quote(@Nullable String value) {
		String text = (value != null) ? value : "";
		String cut = (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : text;
		return "'" + UNSAFE.matcher(cut).replaceAll("?") + "'";
	}

}
