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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code lumoauth.mcp.server.*}: the application's own MCP server accepts
 * LumoAuth's tokens.
 *
 * @param audience Audience that a token must have, the server's id or address at
 * LumoAuth; switches the security of the MCP server on.
 * @param issuer Issuer whose tokens are accepted, if it differs from the issuer in
 * LumoAuth's metadata.
 * @param resource Address of the MCP endpoint as clients know it, by default that of each
 * request.
 * @param scopes Scopes that a token must have, all of them.
 * @param decideFor Whose permissions count when a tool runs code that requires a
 * capability or an approval.
 * @param decideBy What decides whether the caller may run a tool.
 * @param serverId Id of the server at LumoAuth, for 'decide-by: authorize'; by default
 * the audience.
 * @param dpopRequired Whether only tokens that are bound to a key of the caller are
 * accepted, each request with a proof of possession (RFC 9449).
 * @param allowedHosts Accepted values of the header 'Host', such as 'mcp.internal:*',
 * besides loopback and the host of 'resource'.
 * @param allowedOrigins Accepted values of the header 'Origin', such as
 * 'http://localhost:*', besides pages of the host that a request is for.
 * @param maxRequestSize Maximum size of a request's body.
 * @param maxRequestsPerCaller Maximum number of requests of one caller at the same time,
 * without open streams.
 * @param sessions MCP sessions.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "lumoauth.mcp.server", ignoreUnknownFields = false)
public record LumoAuthMcpServerProperties(@Nullable String audience, @Nullable String issuer, @Nullable URI resource,
		@DefaultValue List<String> scopes, @DefaultValue("caller") DecideFor decideFor,
		@DefaultValue("check") DecideBy decideBy, @Nullable String serverId, boolean dpopRequired,
		@DefaultValue List<String> allowedHosts, @DefaultValue List<String> allowedOrigins,
		@DefaultValue("4MB") DataSize maxRequestSize, @DefaultValue("50") int maxRequestsPerCaller,
		@DefaultValue Sessions sessions) {

	/**
	 * Whose permissions count when a tool runs.
	 */
	public enum DecideFor {

		/**
		 * Those of the caller of the server.
		 */
		CALLER,

		/**
		 * Those of the application's own agent.
		 */
		SELF

	}

	/**
	 * What decides.
	 */
	public enum DecideBy {

		/**
		 * LumoAuth's answer for the caller's token.
		 */
		CHECK,

		/**
		 * The scopes of the caller's token.
		 */
		SCOPES,

		/**
		 * LumoAuth's answer about the tool of this server.
		 */
		AUTHORIZE

	}

	/**
	 * MCP sessions.
	 *
	 * @param max Maximum number of sessions.
	 */
	public record Sessions(@DefaultValue("1000") int max) {
	}

}
