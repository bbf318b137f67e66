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

package dev.lumoauth.spring.tool;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.method.MethodToolCallback;

/**
 * Distinguishes a tool from others with its name, so that the approval of one tool never
 * runs another: two toolboxes, or two MCP servers, may each have a tool {@code delete}.
 * The identity is the same in another process.
 */
final class ToolIdentity {

	private static final String PREFIX = "tool ";

	private ToolIdentity() {
	}

	/**
	 * Return the identity of a tool.
	 * @param tool the tool
	 * @param next the method that it calls, or {@code null}
	 * @param origin where it comes from, if a policy knows that
	 */
	static String of(ToolCallback tool, @Nullable ToolMethod next, String origin) {
		ToolDefinition definition = tool.getToolDefinition();
		return PREFIX
				+ hash(String.join("\n", what(tool, next), origin, definition.description(), definition.inputSchema()));
	}

	private static String what(ToolCallback tool, @Nullable ToolMethod next) {
		ToolMethod method = (tool instanceof MethodToolCallback callback) ? ToolInternals.toolMethod(callback) : next;
		return (method != null) ? method.method().toGenericString() : "";
	}

	/**
	 * Return whether an approval is for a tool of this identity.
	 * @param target the target in the approval's call
	 */
	static boolean isOf(@Nullable String target, String identity) {
		return target != null && target.startsWith(identity + "#");
	}

	private static String hash(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

}
