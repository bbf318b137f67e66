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

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.client.LumoAuthClient;
import org.jspecify.annotations.Nullable;

/**
 * The source of answers about capabilities. A source has no cache: the decisions above it
 * remember answers.
 *
 * @since 0.1.0
 */
public interface CapabilitySource {

	/**
	 * Return a source that asks {@code authz/check} for one capability and
	 * {@code authz/check-bulk} for several.
	 * @param client asks LumoAuth
	 * @return the source
	 */
	static CapabilitySource check(LumoAuthClient client) {
		return new CheckCapabilitySource(client);
	}

	/**
	 * Return a source that asks {@code agents/ask}, with the capability as the action:
	 * one request for each capability. LumoAuth's audit log has an entry for each
	 * request.
	 * @param client asks LumoAuth
	 * @return the source
	 */
	static CapabilitySource ask(LumoAuthClient client) {
		return new AskCapabilitySource(client);
	}

	/**
	 * Return a source that reads the agent's claims: one request for any number of
	 * capabilities.
	 * @param client asks LumoAuth
	 * @return the source
	 */
	static CapabilitySource userinfo(LumoAuthClient client) {
		return new UserinfoCapabilitySource(client);
	}

	/**
	 * Return a source that asks {@code agents/me/mcp/authorize} about tools of MCP
	 * servers: one request for each tool. An answer about another agent does not count.
	 * @param source the source for everything else
	 * @param client asks LumoAuth
	 * @param questions supplies the object that knows the tools, or {@code null} if there
	 * are none; called each time LumoAuth is asked
	 * @return the source
	 */
	static CapabilitySource withTools(CapabilitySource source, LumoAuthClient client,
			Supplier<@Nullable ToolQuestions> questions) {
		return new ToolCapabilitySource(source, client, questions);
	}

	/**
	 * Ask which of several capabilities the agent has. Blocks.
	 * @param capabilities the names, valid ones, at least one
	 * @return an entry for each name that was answered. A name without an entry was not
	 * answered, which is not a denial
	 * @throws dev.lumoauth.spring.LumoAuthException if there is no answer
	 */
	Map<String, Boolean> ask(Collection<String> capabilities);

	/**
	 * Ask the same, and pass on each answer as it arrives. This is for sources that need
	 * several requests: answers that arrived before a request failed still count.
	 * @param capabilities the names, valid ones, at least one
	 * @param answers takes each name that was answered
	 * @throws dev.lumoauth.spring.LumoAuthException if there is no further answer
	 */
	default void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		ask(capabilities).forEach(answers);
	}

}
