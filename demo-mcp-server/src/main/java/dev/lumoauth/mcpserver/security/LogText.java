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

package dev.lumoauth.mcpserver.security;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes a caller into one line of a log. A claim comes from outside: what could end the
 * line or look like another field is replaced.
 */
public final class LogText {

	private static final Pattern UNSAFE = Pattern.compile("[^\\x21-\\x7e]|[\"=,]");

	private static final int MAX_LENGTH = 200;

	private LogText() {
	}

	/**
	 * Describes a caller.
	 * @param caller who sent a request
	 * @return subject, actors (the outermost first), audience, client and scope, each
	 * {@code -} if there is none; never a token
	 * @since 0.1.0
	 */
	public static String of(Caller caller) {
		return "sub=%s act=%s aud=%s client=%s scope=%s".formatted(list(List.of(caller.subject())),
				list(caller.actors()), list(caller.audience()), list(List.of(caller.clientId())),
				list(caller.scopes()));
	}

	private static String list(Collection<String> values) {
		String text = String.join(",", values.stream().map(LogText::safe).toList());
		return text.isEmpty() ? "-" : text;
	}

	private static String safe(String value) {
		String cut = (value.length() > MAX_LENGTH) ? value.substring(0, MAX_LENGTH) : value;
		return UNSAFE.matcher(cut).replaceAll("?");
	}

}
