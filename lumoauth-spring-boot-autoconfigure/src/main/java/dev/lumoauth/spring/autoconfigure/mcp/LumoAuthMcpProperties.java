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

package dev.lumoauth.spring.autoconfigure.mcp;

import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.mcp.DecideBy;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.UnlistedTools;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code lumoauth.mcp.*}. The application does not start with an unknown
 * property name: a mistyped {@code capability} would leave tools open.
 *
 * @param connections Connections to MCP servers that get a token and whose tools are
 * guarded, by their name under 'spring.ai.mcp.client'.
 * @param toolContextAllowedKeys Keys of a tool context whose values are sent to MCP
 * servers, in '_meta'.
 * @param server Properties of a feature, which reads them itself. They are taken here so
 * that they don't count as misspelled.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "lumoauth.mcp", ignoreUnknownFields = false)
public record LumoAuthMcpProperties(@DefaultValue Map<String, Connection> connections,
		@DefaultValue List<String> toolContextAllowedKeys, @DefaultValue Map<String, Object> server) {

	/**
	 * One connection.
	 *
	 * @param audience Id of the server at LumoAuth: the audience of its tokens.
	 * @param resource Address under which the server is registered at LumoAuth.
	 * @param scopes Scopes to request. When empty, LumoAuth chooses.
	 * @param stepUpScopes Scopes that the server may demand in addition to 'scopes', with
	 * a 403 'insufficient_scope'.
	 * @param capability Capabilities that every tool of the connection needs, all of
	 * them.
	 * @param tools Additional capabilities that a tool needs, all of them, by the tool's
	 * name at the server.
	 * @param decideBy What decides whether a tool may be called; with 'authorize',
	 * LumoAuth about each tool, besides capabilities.
	 * @param serverId Id of the server at LumoAuth, to ask about its tools; by default
	 * 'audience', or else 'resource'.
	 * @param onBehalfOf On whose behalf the agent acts.
	 * @param discover Whether 'resource' and, unless set, 'audience' are read from the
	 * server's protected-resource metadata (RFC 9728).
	 * @param aauth Whether each request is signed and the server's tokens are obtained by
	 * AAuth (lumoauth-aauth).
	 * @param unlistedTools What happens to tools of the server that have no rule in
	 * 'capability' or 'tools'.
	 * @param approval Which calls of the server's tools a person has to approve.
	 */
	public record Connection(@Nullable String audience, @Nullable String resource, @DefaultValue List<String> scopes,
			@DefaultValue List<String> stepUpScopes, @DefaultValue List<String> capability,
			@DefaultValue Map<String, List<String>> tools, @DefaultValue("capability") DecideBy decideBy,
			@Nullable String serverId, @DefaultValue("agent") OnBehalfOf onBehalfOf,
			@DefaultValue("false") boolean discover, @DefaultValue("false") boolean aauth,
			@DefaultValue("deny") UnlistedTools unlistedTools, @DefaultValue Approval approval) {
	}

	/**
	 * The calls of a connection that a person has to approve.
	 *
	 * @param tools Tools whose calls a person has to approve, by their name at the
	 * server. The key '[*]' stands for every tool.
	 */
	public record Approval(@DefaultValue Map<String, Tool> tools) {
	}

	/**
	 * A tool whose calls a person has to approve.
	 *
	 * @param reason What the person reads, with placeholders for arguments, such as
	 * 'Refund {amount}'.
	 * @param impact How much a call changes: 'low', 'medium', 'high' or 'critical'.
	 * @param when SpEL expression over the arguments that selects the calls that need
	 * approval, such as '#amount > 100'.
	 * @param byPerson Whether a person has to decide: an automatic approval by LumoAuth's
	 * rules is not enough.
	 */
	public record Tool(@DefaultValue("") String reason, @DefaultValue("high") String impact,
			@DefaultValue("") String when, @DefaultValue("false") boolean byPerson) {
	}

}
