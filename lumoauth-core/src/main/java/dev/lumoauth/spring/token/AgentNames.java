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

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.user.TokenNames;

/**
 * The names under which LumoAuth knows an agent: its client id, and the names in its own
 * tokens. A token is read as soon as there is one. Before that, nothing is in memory that
 * might have to be forgotten. An opaque token gives no name.
 */
final class AgentNames {

	/** More than LumoAuth has for one agent. */
	private static final int MAX = 20;

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private final String clientId;

	private volatile boolean complete;

	private volatile @Nullable String last;

	AgentNames(String clientId, @Nullable String agentId) {
		this.clientId = clientId;
		this.names.add(clientId);
		if (agentId != null) {
			this.names.add(agentId);
		}
	}

	/**
	 * Learn the names in a token. If a token names the agent only by its client id, it is
	 * still unknown by which id LumoAuth's events name the agent.
	 */
	void learn(OAuth2AccessToken token) {
		String value = token.getTokenValue();
		if (!value.equals(this.last)) {
			for (String name : TokenNames.ofAgent(value)) {
				if (!name.equals(this.clientId) && !name.equals("client_" + this.clientId)
						&& !TokenNames.isAddress(name)) {
					add(name);
				}
			}
			this.last = value;
		}
	}

	void add(String name) {
		if (this.names.size() < MAX) {
			this.names.add(name);
		}
		this.complete = true;
	}

	/**
	 * Return whether a name is one of those that are known.
	 */
	boolean has(String name) {
		return TokenNames.isAmong(this.names, name);
	}

	/**
	 * Return the names; none as long as LumoAuth's own id of the agent may be missing.
	 */
	Set<String> get() {
		return this.complete ? Set.copyOf(this.names) : Set.of();
	}

}
