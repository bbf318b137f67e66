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
package dev.lumoauth.spring.guard;

import java.util.Locale;

/**
 * The place of a guard.
 *
 * @since 0.1.0
 */
public enum GuardLayer {

	/**
	 * Around a method of a bean, for all callers.
	 */
	BEAN_METHOD,

	/**
	 * Woven into a method by the aspects, for all callers.
	 */
	WOVEN,

	/**
	 * Around all methods of a bean whose {@code @Bean} method is annotated.
	 */
	BEAN,

	/**
	 * Around a bean that is a tool callback or provides tool callbacks.
	 */
	TOOL_BEAN,

	/**
	 * Around a function bean that is offered as a tool.
	 */
	FUNCTION_BEAN,

	/**
	 * Around a tool of a listed connection to an MCP server.
	 */
	MCP_CONNECTION,

	/**
	 * Around a tool of the application's own MCP server.
	 */
	MCP_SERVER,

	/**
	 * In a chat client, around the tools that a request offers.
	 */
	CHAT_CLIENT,

	/**
	 * Where a framework executes tools, as in its tool calling manager.
	 */
	TOOL_CALLING_MANAGER,

	/**
	 * Where the application called the guard itself.
	 */
	TOOL_GUARD;

	/**
	 * Return the layer as it is shown.
	 * @return the name in lower case
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

}
