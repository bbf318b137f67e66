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

package dev.lumoauth.demo.journey;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.demo.start.McpServerLog;
import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Finds the token with which a tool of the MCP server was called. The starter has added
 * the token to the request; this class reads the same token from the same memory.
 */
class Exchanges {

	/**
	 * The server logs a call before it answers, so only the arrival of the line has to be
	 * awaited.
	 */
	private static final Duration LINE_TIMEOUT = Duration.ofSeconds(2);

	private final McpConnection connection;

	private final String tool;

	private final LumoAuthTokens tokens;

	private final CurrentUser user;

	private final @Nullable McpServerLog log;

	/**
	 * Create it.
	 * @param connection the connection to the server
	 * @param tool the server's tool
	 * @param tokens the source of the connection's tokens
	 * @param user the user who is signed in
	 * @param log the server's log; {@code null} if it can't be read
	 */
	Exchanges(McpConnection connection, String tool, LumoAuthTokens tokens, CurrentUser user,
			@Nullable McpServerLog log) {
		this.connection = connection;
		this.tool = tool;
		this.tokens = tokens;
		this.user = user;
		this.log = log;
	}

	/**
	 * Return the token of a tool's call.
	 * @param tool the tool
	 * @param result what the tool returned to the model
	 * @return the token, and what the server saw of it; nothing if the tool doesn't
	 * belong to the server, or was refused before a token was needed
	 */
	List<Step> behind(String tool, String result) {
		boolean failed = result.startsWith(Step.ToolResult.ERROR);
		if (!tool.equals(this.tool) || result.startsWith(Step.ToolResult.REFUSED)) {
			return List.of();
		}
		List<Step> steps = new ArrayList<>();
		steps.add(exchange());
		if (this.log != null && !failed) {
			this.log.next(LINE_TIMEOUT)
				.map((call) -> new Step.ServerCall(call.tool(), call.subject(), call.actors(), call.scopes()))
				.ifPresent(steps::add);
		}
		return steps;
	}

	private Step exchange() {
		String audience = String
			.valueOf((this.connection.audience() != null) ? this.connection.audience() : this.connection.resource());
		try {
			OAuth2AccessToken token = this.tokens.exchange(target(),
					(this.connection.onBehalfOf() == OnBehalfOf.USER) ? this.user.require() : null);
			ActorChain chain = ActorChain.of(token);
			return new Step.Exchange(audience, chain.subject(), chain.actors(), secondsLeft(token), null);
		}
		catch (LumoAuthException ex) {
			return new Step.Exchange(audience, null, List.of(), null, ex.getMessage());
		}
	}

	private TokenTarget target() {
		return new TokenTarget(this.connection.audience(), this.connection.resource(), this.connection.scopes());
	}

	static @Nullable Long secondsLeft(OAuth2AccessToken token) {
		Instant expiresAt = token.getExpiresAt();
		return (expiresAt != null) ? Duration.between(Instant.now(), expiresAt).toSeconds() : null;
	}

}
