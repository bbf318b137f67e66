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

import java.util.function.Supplier;

import dev.lumoauth.spring.token.TokenTarget;

/**
 * The target of the tokens of one MCP connection.
 */
@FunctionalInterface
interface McpTarget extends Supplier<TokenTarget> {

	/**
	 * Return the target. The first call may ask the server, so it must not run on a
	 * thread that must not wait.
	 * @return the target
	 * @throws dev.lumoauth.spring.LumoAuthException if the server's metadata can't be
	 * trusted
	 */
	@Override
	TokenTarget get();

	/**
	 * Return the target of a connection whose configuration names it.
	 * @param connection a connection with an audience or a resource
	 * @return the target
	 */
	static McpTarget of(McpConnection connection) {
		TokenTarget target = new TokenTarget(connection.audience(), connection.resource(), connection.scopes());
		return () -> target;
	}

}
