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
package dev.lumoauth.spring.token;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * An agent that lets another agent act for it: with its own token, or with a delegated
 * one if it acts on behalf of a subject itself. The chain grows by one with each agent.
 */
final class AgentSubject extends TokenSubject {

	private final LumoAuthTokens tokens;

	private final @Nullable TokenSubject onBehalfOf;

	/**
	 * Create the subject.
	 * @param tokens the agent's tokens
	 * @param onBehalfOf for whom the agent acts, {@code null} if for itself
	 */
	AgentSubject(LumoAuthTokens tokens, @Nullable TokenSubject onBehalfOf) {
		this.tokens = tokens;
		this.onBehalfOf = onBehalfOf;
	}

	@Override
	String key() {
		return ((this.onBehalfOf != null) ? this.onBehalfOf.key() + " " : "") + this.tokens.id();
	}

	@Override
	boolean isKnownToAll() {
		return false;
	}

	@Override
	Set<String> names() {
		Set<String> agent = this.tokens.names();
		Set<String> others = (this.onBehalfOf != null) ? this.onBehalfOf.names() : agent;
		if (agent.isEmpty() || others.isEmpty()) {
			return Set.of();
		}
		Set<String> names = new HashSet<>(agent);
		names.addAll(others);
		return names;
	}

	@Override
	int actors() {
		return (this.onBehalfOf != null) ? this.onBehalfOf.actors() + 1 : 0;
	}

	@Override
	@Nullable Instant end() {
		return (this.onBehalfOf != null) ? this.onBehalfOf.end() : null;
	}

	@Override
	OAuth2Token present() {
		return (this.onBehalfOf != null) ? this.tokens.delegated(this.onBehalfOf) : this.tokens.agentToken();
	}

	@Override
	void discard(OAuth2Token refused) {
		this.tokens.discard(refused);
	}

}
