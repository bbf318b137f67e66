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

package dev.lumoauth.spring.capability;

import java.util.function.Predicate;

import dev.lumoauth.spring.client.McpToolQuestion;
import org.jspecify.annotations.Nullable;

/**
 * Knows which names of capabilities refer to tools of MCP servers, for which LumoAuth is
 * asked by {@code agents/me/mcp/authorize}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ToolQuestions {

	/**
	 * Return the question that a name refers to. Sends no request.
	 * @param capability the name
	 * @param sameAgent recognizes the agent that asks
	 * @return the question; {@code null} if the name is the name of a capability
	 */
	@Nullable McpToolQuestion of(String capability, Predicate<String> sameAgent);

}
