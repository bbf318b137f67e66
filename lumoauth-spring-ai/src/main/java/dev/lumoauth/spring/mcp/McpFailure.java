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

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.http.Excerpt;

import org.springframework.core.NestedExceptionUtils;

/**
 * Describes a failure of a request to an MCP server, for people who run the application.
 */
final class McpFailure {

	/** The maximum length of this library's own texts, which end with what to do. */
	private static final int MAX_LENGTH = 600;

	/** The properties that LumoAuth's refusals are about. */
	private static final Map<String, String> PROPERTIES = Map.of("invalid_target", "audience", "invalid_scope",
			"scopes");

	private McpFailure() {
	}

	/**
	 * Return the text of this library or of the network about a failure, or else the text
	 * of its root cause.
	 * @param failure what an MCP client threw
	 * @return one line, without a full stop
	 */
	static String describe(Throwable failure) {
		Throwable told = told(failure);
		String message = told.getMessage();
		String name = told.getClass().getSimpleName();
		if (message == null) {
			return name;
		}
		String text = (told instanceof LumoAuthException) ? message.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?")
				: Excerpt.of(message);
		return (name + ": " + ((text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) + "…" : text))
			.replaceAll("\\.$", "");
	}

	/**
	 * Return the text about a failure of a connection, with the property to check if
	 * LumoAuth gives no token for what the property names.
	 * @param failure what an MCP client threw
	 * @param connection the name of the connection
	 * @return one line, without a full stop
	 */
	static String describe(Throwable failure, String connection) {
		String code = (told(failure) instanceof LumoAuthDeniedException denied) ? denied.getErrorCode() : null;
		String property = (code != null) ? PROPERTIES.get(code) : null;
		return describe(failure)
				+ ((property != null) ? ": check lumoauth.mcp.connections." + connection + "." + property : "");
	}

	/**
	 * Return the exception whose text is used.
	 */
	static Throwable told(Throwable failure) {
		int depth = 0;
		for (Throwable cause = failure; cause != null && depth < 16; cause = cause.getCause(), depth++) {
			if (cause instanceof LumoAuthException || cause instanceof IOException
					|| cause instanceof TimeoutException) {
				return cause;
			}
		}
		return NestedExceptionUtils.getMostSpecificCause(failure);
	}

}
