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

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.client.McpToolQuestion;
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
		return eachAnswer((capabilities, answers) -> {
			if (capabilities.size() == 1) {
				String capability = capabilities.iterator().next();
				answers.accept(capability, client.check(capability));
			}
			else {
				client.checkBulk(capabilities, answers);
			}
		});
	}

	/**
	 * Return a source that asks {@code agents/ask}, with the capability as the action:
	 * one request for each capability. LumoAuth's audit log has an entry for each
	 * request.
	 * @param client asks LumoAuth
	 * @return the source
	 */
	static CapabilitySource ask(LumoAuthClient client) {
		return eachAnswer((capabilities, answers) -> capabilities
			.forEach((capability) -> answers.accept(capability, client.ask(capability, Map.of()).allowed())));
	}

	/**
	 * Return a source that reads the agent's claims: one request for any number of
	 * capabilities.
	 * @param client asks LumoAuth
	 * @return the source
	 */
	static CapabilitySource userinfo(LumoAuthClient client) {
		return (capabilities) -> {
			Set<String> granted = client.capabilities();
			if (granted == null) {
				// A missing list is not an empty list: LumoAuth did not say that the
				// agent has no capabilities.
				throw new LumoAuthProtocolException("LumoAuth's userinfo has no list of capabilities: "
						+ "set lumoauth.capabilities.source to check or ask", null);
			}
			return capabilities.stream().distinct().collect(Collectors.toMap((name) -> name, granted::contains));
		};
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
		return eachAnswer((capabilities, answers) -> {
			ToolQuestions known = questions.get();
			Map<String, McpToolQuestion> tools = new LinkedHashMap<>();
			List<String> others = new ArrayList<>();
			for (String capability : capabilities) {
				McpToolQuestion question = (known != null) ? known.of(capability, client::isAgent) : null;
				if (question != null) {
					tools.put(capability, question);
				}
				else {
					others.add(capability);
				}
			}
			if (!others.isEmpty()) {
				source.ask(others, answers);
			}
			tools.forEach((capability, question) -> answers.accept(capability, client.mcpAuthorize(question)));
		});
	}

	private static CapabilitySource eachAnswer(BiConsumer<Collection<String>, BiConsumer<String, Boolean>> asking) {
		return new CapabilitySource() {

			@Override
			public Map<String, Boolean> ask(Collection<String> capabilities) {
				Map<String, Boolean> answers = new LinkedHashMap<>();
				asking.accept(capabilities, answers::put);
				return answers;
			}

			@Override
			public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
				asking.accept(capabilities, answers);
			}

		};
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
