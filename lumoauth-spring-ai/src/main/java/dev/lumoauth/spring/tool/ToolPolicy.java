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

import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;

/**
 * Knows the terms of tools without annotations, such as those of an MCP server. A bean of
 * this type is asked about every tool that is neither a method nor a function, and about
 * tools to which such a tool passes calls on. The bean must not depend on the tools,
 * because it is asked while they are created.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ToolPolicy {

	/**
	 * Return the terms of a tool.
	 * @param tool the original tool, without wrappers around it
	 * @return the terms, or {@code null} if this policy says nothing about it
	 */
	@Nullable GuardTerms termsOf(ToolCallback tool);

	/**
	 * Prepare a tool to be called behind the guard, for example so that its failures have
	 * texts that a model may read.
	 * @param tool a tool, covered by this policy or not
	 * @return the tool, or its replacement
	 */
	default ToolCallback prepare(ToolCallback tool) {
		return tool;
	}

	/**
	 * Return the text for a model that calls an unknown tool, if the tool may be unknown
	 * because a server does not answer: the names of a server's tools are not known while
	 * the server is down.
	 * @param name the name
	 * @return the text; {@code null} if there is no tool of that name
	 */
	default @Nullable String ofUnknown(String name) {
		return null;
	}

}
