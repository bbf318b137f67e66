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
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code lumoauth.mcp.server.*}: the application's own MCP server accepts
 * LumoAuth's tokens.
 *
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "lumoauth.mcp.server", ignoreUnknownFields = false)
public class LumoAuthMcpServerProperties {

	/**
	 * Audience that a token must have: id or address of the server at LumoAuth. Setting
	 * it switches the security of the MCP server on.
	 */
	private @Nullable String audience;

	/**
	 * Issuer whose tokens are accepted, if it differs from the issuer in LumoAuth's
	 * metadata.
	 */
	private @Nullable String issuer;

	/**
	 * Address of the MCP endpoint as clients know it, such as
	 * 'https://mcp.example.com/mcp'. When empty, the address of each request.
	 */
	private @Nullable URI resource;

	/**
	 * Scopes that a token must have, all of them.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * Whose permissions count when a tool runs code that requires a capability or an
	 * approval.
	 */
	private DecideFor decideFor = DecideFor.CALLER;

	/**
	 * What decides whether the caller may run a tool.
	 */
	private DecideBy decideBy = DecideBy.CHECK;

	/**
	 * Id of the server at LumoAuth, for 'decide-by: authorize'. When empty, the audience.
	 */
	private @Nullable String serverId;

	/**
	 * Whether only tokens that are bound to a key of the caller are accepted, each
	 * request with a proof of possession (RFC 9449).
	 */
	private boolean dpopRequired;

	/**
	 * Accepted values of the header 'Host', such as 'mcp.example.com' or
	 * 'mcp.internal:*'. The loopback interface of this machine and the host of 'resource'
	 * are always accepted.
	 */
	private List<String> allowedHosts = new ArrayList<>();

	/**
	 * Accepted values of the header 'Origin', such as 'https://app.example.com' or
	 * 'http://localhost:*'. Pages of the host that a request is for are always accepted.
	 */
	private List<String> allowedOrigins = new ArrayList<>();

	/**
	 * Maximum size of a request's body.
	 */
	private DataSize maxRequestSize = DataSize.ofMegabytes(4);

	/**
	 * Maximum number of requests of one caller that are in progress at the same time.
	 * Open streams don't count.
	 */
	private int maxRequestsPerCaller = 50;

	private final Sessions sessions = new Sessions();

	public @Nullable String getAudience() {
		return this.audience;
	}

	public void setAudience(@Nullable String audience) {
		this.audience = audience;
	}

	public @Nullable String getIssuer() {
		return this.issuer;
	}

	public void setIssuer(@Nullable String issuer) {
		this.issuer = issuer;
	}

	public @Nullable URI getResource() {
		return this.resource;
	}

	public void setResource(@Nullable URI resource) {
		this.resource = resource;
	}

	public List<String> getScopes() {
		return this.scopes;
	}

	public void setScopes(List<String> scopes) {
		this.scopes = scopes;
	}

	public DecideFor getDecideFor() {
		return this.decideFor;
	}

	public void setDecideFor(DecideFor decideFor) {
		this.decideFor = decideFor;
	}

	public DecideBy getDecideBy() {
		return this.decideBy;
	}

	public void setDecideBy(DecideBy decideBy) {
		this.decideBy = decideBy;
	}

	public @Nullable String getServerId() {
		return this.serverId;
	}

	public void setServerId(@Nullable String serverId) {
		this.serverId = serverId;
	}

	public boolean isDpopRequired() {
		return this.dpopRequired;
	}

	public void setDpopRequired(boolean dpopRequired) {
		this.dpopRequired = dpopRequired;
	}

	public List<String> getAllowedHosts() {
		return this.allowedHosts;
	}

	public void setAllowedHosts(List<String> allowedHosts) {
		this.allowedHosts = allowedHosts;
	}

	public List<String> getAllowedOrigins() {
		return this.allowedOrigins;
	}

	public void setAllowedOrigins(List<String> allowedOrigins) {
		this.allowedOrigins = allowedOrigins;
	}

	public DataSize getMaxRequestSize() {
		return this.maxRequestSize;
	}

	public void setMaxRequestSize(DataSize maxRequestSize) {
		this.maxRequestSize = maxRequestSize;
	}

	public int getMaxRequestsPerCaller() {
		return this.maxRequestsPerCaller;
	}

	public void setMaxRequestsPerCaller(int maxRequestsPerCaller) {
		this.maxRequestsPerCaller = maxRequestsPerCaller;
	}

	public Sessions getSessions() {
		return this.sessions;
	}

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
	 */
	public static class Sessions {

		/**
		 * Maximum number of sessions. When there are more, the session that has been
		 * unused the longest ends.
		 */
		private int max = 1_000;

		public int getMax() {
			return this.max;
		}

		public void setMax(int max) {
			this.max = max;
		}

	}

}
