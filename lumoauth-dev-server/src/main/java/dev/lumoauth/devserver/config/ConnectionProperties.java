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

package dev.lumoauth.devserver.config;

import java.time.Duration;
import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A connection to a third party whose tokens LumoAuth keeps (token vault).
 *
 * @param id Id of the connection, which is also the name of the provider.
 * @param agents Client ids of the agents that may have a token, by default all.
 * @param users Usernames of users who have granted access. By default there are none, and
 * the token is the agent's.
 * @param delegation Whether an agent may have the token of a user.
 * @param scopes Scopes of the token.
 * @param tokenLifetime Lifetime of the token; 0s means that it does not expire.
 * @since 0.1.0
 */
public record ConnectionProperties(String id, @DefaultValue Set<String> agents, @DefaultValue Set<String> users,
		@DefaultValue("true") boolean delegation, @DefaultValue Set<String> scopes,
		@DefaultValue("1h") Duration tokenLifetime) {

	public ConnectionProperties {
		if (id == null || !id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
			throw new IllegalArgumentException(
					"'id' of a connection is missing or is not 1 to 64 letters, digits, '.', '_' or '-'");
		}
		if (tokenLifetime.isNegative()) {
			throw new IllegalArgumentException("'token-lifetime' of connection '%s' is negative".formatted(id));
		}
		agents = Set.copyOf(agents);
		users = Set.copyOf(users);
		scopes = Set.copyOf(scopes);
	}

}
