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

package dev.lumoauth.spring.client;

import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;

import dev.lumoauth.spring.user.TokenNames;

/**
 * The question to LumoAuth whether an agent may call a tool of an MCP server.
 *
 * @param serverId the server's id at LumoAuth
 * @param tool the tool's name at the server
 * @param sameServer whether the answer's {@code resource} is another name of the server,
 * such as its registered address
 * @param sameAgent whether the answer's {@code agent_id} is a name of the agent that asks
 * @param toCheck the properties that name the server, for the message if the answer is
 * about another one
 * @since 0.1.0
 */
public record McpToolQuestion(String serverId, String tool, Predicate<String> sameServer, Predicate<String> sameAgent,
		String toCheck) {

	/**
	 * Recognize an agent by its id, whichever spelling it has.
	 * @param names the agent's client id, and the subjects of its tokens
	 * @return a predicate that says whether an id is the agent's
	 */
	public static Predicate<String> agentNamed(Collection<String> names) {
		Set<String> known = Set.copyOf(names);
		return (id) -> TokenNames.isAmong(known, id);
	}

	/**
	 * The server and the tool.
	 */
	@Override
	public String toString() {
		return this.serverId + "/" + this.tool;
	}

}
