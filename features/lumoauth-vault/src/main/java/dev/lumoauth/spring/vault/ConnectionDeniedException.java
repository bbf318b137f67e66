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

package dev.lumoauth.spring.vault;

import java.util.Map;

import dev.lumoauth.spring.LumoAuthDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * LumoAuth refuses a token of a third party. {@link #getErrorCode()} says why:
 * {@code agent_not_allowed}, {@code connection_disabled}, {@code cross_tenant},
 * {@code agent_token_required}, {@code delegation_not_permitted} or
 * {@code delegation_not_allowed} if the agent may not have the token; {@code not_found}
 * if there is no such connection; {@code grant_revoked}, {@code grant_expired} or
 * {@code refresh_failed} if the account has to be connected again; {@code user_unknown}
 * if the user's token does not say who the user is; an open set.
 *
 * @since 0.1.0
 */
public class ConnectionDeniedException extends LumoAuthDeniedException {

	private static final String DELEGATION = "allow the agent in LumoAuth to act for its users, or set "
			+ "lumoauth.connections.%s.acts-for=agent";

	private static final String CONNECT = "connect the account again in LumoAuth";

	private static final Map<String, String> ACTIONS = Map.of("agent_not_allowed",
			"allow the agent to use the connection in LumoAuth", "connection_disabled",
			"enable the connection in LumoAuth", "cross_tenant",
			"set lumoauth.connections.%s.connection-id to a connection of the agent's own tenant", "not_found",
			"set lumoauth.connections.%s.connection-id to the id of a connection in LumoAuth, where the account is "
					+ "connected",
			"delegation_not_permitted", DELEGATION, "delegation_not_allowed", DELEGATION, "grant_revoked", CONNECT,
			"grant_expired", CONNECT, "refresh_failed", CONNECT, "user_unknown",
			"have LumoAuth issue access tokens that are JWTs, which say who the user is");

	private final String connection;

	/**
	 * Create the exception.
	 * @param connection the name of the connection
	 * @param errorCode what {@link #getErrorCode()} returns
	 * @param cause LumoAuth's refusal, or {@code null}
	 */
	public ConnectionDeniedException(String connection, String errorCode, @Nullable Throwable cause) {
		super("There is no token of connection '" + connection + "' (" + errorCode + ")"
				+ action(connection, errorCode), errorCode, cause);
		this.connection = connection;
	}

	private static String action(String connection, String errorCode) {
		String action = ACTIONS.get(errorCode);
		return (action != null) ? ": " + action.formatted(connection) : "";
	}

	/**
	 * Return the connection that was refused.
	 * @return its name under {@code lumoauth.connections}
	 */
	public String getConnection() {
		return this.connection;
	}

}
