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

package dev.lumoauth.spring.mcp.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.SubjectClient;
import dev.lumoauth.spring.client.McpToolQuestion;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The source of answers about the callers of a server. A source has no cache: the
 * decisions above it remember answers.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CallerCapabilitySource {

	/**
	 * Return a source that asks LumoAuth's {@code authz/check} and
	 * {@code authz/check-bulk} with the caller's token. A caller whose token LumoAuth
	 * does not accept, or who may not ask, has no capability.
	 * @param client creates the client for a caller's token
	 * @return the source
	 */
	static CallerCapabilitySource check(Function<OAuth2AccessToken, SubjectClient> client) {
		return (caller) -> {
			if (LumoAuthOfCaller.isBound(caller)) {
				return LumoAuthOfCaller.notAskedWithABoundToken("check");
			}
			SubjectClient asking = client.apply(LumoAuthOfCaller.accessToken(caller));
			Predicate<String> subject = caller::isSubject;
			return new LumoAuthOfCaller((names, answers) -> {
				if (names.size() == 1) {
					String name = names.iterator().next();
					answers.accept(name, asking.check(name, subject));
				}
				else {
					asking.checkBulk(names, subject, answers);
				}
			});
		};
	}

	/**
	 * Return a source that sends no request: the scopes of a caller's token are the
	 * caller's capabilities.
	 * @return the source
	 */
	static CallerCapabilitySource scopes() {
		return new CallerCapabilitySource() {

			@Override
			public CapabilitySource of(CallerAuthenticationToken caller) {
				return (names) -> {
					Map<String, Boolean> answers = new LinkedHashMap<>();
					names.forEach((name) -> answers.put(name, caller.getCaller().scopes().contains(name)));
					return answers;
				};
			}

			@Override
			public boolean isLumoAuthAsked() {
				return false;
			}

		};
	}

	/**
	 * Return a source that asks LumoAuth's {@code agents/me/mcp/authorize} with the
	 * caller's token: one request for each tool.
	 * @param client creates the client for a caller's token
	 * @param serverId the id of this server at LumoAuth
	 * @param sameServer whether an answer's {@code resource} is another name of this
	 * server
	 * @return the source
	 */
	static CallerCapabilitySource authorize(Function<OAuth2AccessToken, SubjectClient> client, String serverId,
			Predicate<String> sameServer) {
		return new CallerCapabilitySource() {

			@Override
			public CapabilitySource of(CallerAuthenticationToken caller) {
				if (LumoAuthOfCaller.isBound(caller)) {
					return LumoAuthOfCaller.notAskedWithABoundToken("authorize");
				}
				SubjectClient asking = client.apply(LumoAuthOfCaller.accessToken(caller));
				Predicate<String> sameCaller = McpToolQuestion.agentNamed(caller.getCaller().names());
				return new LumoAuthOfCaller((tools, answers) -> tools.forEach((tool) -> answers
					.accept(tool, asking.mcpAuthorize(new McpToolQuestion(serverId, tool, sameServer, sameCaller,
							"lumoauth.mcp.server.server-id, lumoauth.mcp.server.audience and lumoauth.mcp.server.resource")))));
			}

			@Override
			public boolean isAboutTools() {
				return true;
			}

		};
	}

	/**
	 * Return the source for one caller.
	 * @param caller the caller
	 * @return the source of the answers about the caller. Creating it does not block
	 */
	CapabilitySource of(CallerAuthenticationToken caller);

	/**
	 * Return whether this source is asked about names of tools, and not about
	 * capabilities.
	 * @return {@code false} by default
	 */
	default boolean isAboutTools() {
		return false;
	}

	/**
	 * Return whether LumoAuth gives the answers, so that a new answer after an event
	 * counts.
	 * @return {@code true} by default; {@code false} if the caller's token alone gives
	 * the answers
	 */
	default boolean isLumoAuthAsked() {
		return true;
	}

}
