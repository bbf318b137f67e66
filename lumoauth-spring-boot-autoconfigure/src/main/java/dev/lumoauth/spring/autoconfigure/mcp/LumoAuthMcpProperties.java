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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.mcp.DecideBy;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.UnlistedTools;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code lumoauth.mcp.*}. The application does not start with an unknown
 * property name: a mistyped {@code capability} would leave tools open.
 *
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "lumoauth.mcp", ignoreUnknownFields = false)
public class LumoAuthMcpProperties {

	/**
	 * Connections to MCP servers that get a token and whose tools are guarded, by their
	 * name under 'spring.ai.mcp.client'.
	 */
	private final Map<String, Connection> connections = new LinkedHashMap<>();

	/**
	 * Keys of a tool context whose values are sent to MCP servers, in '_meta'. When
	 * empty, nothing is sent.
	 */
	private List<String> toolContextAllowedKeys = new ArrayList<>();

	/**
	 * Properties of a feature, which reads them itself. They are taken here so that they
	 * don't count as misspelled.
	 */
	private final Map<String, Object> server = new LinkedHashMap<>();

	public Map<String, Connection> getConnections() {
		return this.connections;
	}

	public Map<String, Object> getServer() {
		return this.server;
	}

	public List<String> getToolContextAllowedKeys() {
		return this.toolContextAllowedKeys;
	}

	public void setToolContextAllowedKeys(List<String> toolContextAllowedKeys) {
		this.toolContextAllowedKeys = toolContextAllowedKeys;
	}

	/**
	 * One connection.
	 */
	public static class Connection {

		/**
		 * Id of the server at LumoAuth: the audience of its tokens.
		 */
		private @Nullable String audience;

		/**
		 * Address under which the server is registered at LumoAuth.
		 */
		private @Nullable String resource;

		/**
		 * Scopes to request. When empty, LumoAuth chooses.
		 */
		private List<String> scopes = new ArrayList<>();

		/**
		 * Scopes that the server may demand in addition to 'scopes', with a 403
		 * 'insufficient_scope'. When empty, none.
		 */
		private List<String> stepUpScopes = new ArrayList<>();

		/**
		 * Capabilities that every tool of the connection needs, all of them.
		 */
		private List<String> capability = new ArrayList<>();

		/**
		 * Additional capabilities that a tool needs, all of them, by the tool's name at
		 * the server.
		 */
		private final Map<String, List<String>> tools = new LinkedHashMap<>();

		/**
		 * What decides whether a tool may be called. With 'authorize', LumoAuth is asked
		 * about each tool, and capabilities are needed in addition.
		 */
		private DecideBy decideBy = DecideBy.CAPABILITY;

		/**
		 * Id of the server at LumoAuth, used to ask LumoAuth about its tools. When not
		 * set, 'audience', or else 'resource'.
		 */
		private @Nullable String serverId;

		/**
		 * On whose behalf the agent acts.
		 */
		private OnBehalfOf onBehalfOf = OnBehalfOf.AGENT;

		/**
		 * Whether 'resource' and, unless set, 'audience' are read from the server's
		 * protected-resource metadata (RFC 9728).
		 */
		private boolean discover;

		/**
		 * Whether each request is signed and the server's tokens are obtained by AAuth.
		 * Needs lumoauth-aauth.
		 */
		private boolean aauth;

		/**
		 * What happens to tools of the server that have no rule in 'capability' or
		 * 'tools'.
		 */
		private UnlistedTools unlistedTools = UnlistedTools.DENY;

		/**
		 * Which calls of the server's tools a person has to approve.
		 */
		private final Approval approval = new Approval();

		public @Nullable String getAudience() {
			return this.audience;
		}

		public void setAudience(@Nullable String audience) {
			this.audience = audience;
		}

		public @Nullable String getResource() {
			return this.resource;
		}

		public void setResource(@Nullable String resource) {
			this.resource = resource;
		}

		public List<String> getScopes() {
			return this.scopes;
		}

		public void setScopes(List<String> scopes) {
			this.scopes = scopes;
		}

		public List<String> getStepUpScopes() {
			return this.stepUpScopes;
		}

		public void setStepUpScopes(List<String> stepUpScopes) {
			this.stepUpScopes = stepUpScopes;
		}

		public List<String> getCapability() {
			return this.capability;
		}

		public void setCapability(List<String> capability) {
			this.capability = capability;
		}

		public Map<String, List<String>> getTools() {
			return this.tools;
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

		public OnBehalfOf getOnBehalfOf() {
			return this.onBehalfOf;
		}

		public void setOnBehalfOf(OnBehalfOf onBehalfOf) {
			this.onBehalfOf = onBehalfOf;
		}

		public boolean isDiscover() {
			return this.discover;
		}

		public void setDiscover(boolean discover) {
			this.discover = discover;
		}

		public boolean isAauth() {
			return this.aauth;
		}

		public void setAauth(boolean aauth) {
			this.aauth = aauth;
		}

		public UnlistedTools getUnlistedTools() {
			return this.unlistedTools;
		}

		public void setUnlistedTools(UnlistedTools unlistedTools) {
			this.unlistedTools = unlistedTools;
		}

		public Approval getApproval() {
			return this.approval;
		}

	}

	/**
	 * The calls of a connection that a person has to approve.
	 */
	public static class Approval {

		/**
		 * Tools whose calls a person has to approve, by their name at the server. The key
		 * '[*]' stands for every tool.
		 */
		private final Map<String, Tool> tools = new LinkedHashMap<>();

		public Map<String, Tool> getTools() {
			return this.tools;
		}

	}

	/**
	 * A tool whose calls a person has to approve.
	 */
	public static class Tool {

		/**
		 * What the person reads, with placeholders for arguments, such as 'Refund
		 * {amount}'.
		 */
		private String reason = "";

		/**
		 * How much a call changes: 'low', 'medium', 'high' or 'critical'.
		 */
		private String impact = "high";

		/**
		 * SpEL expression over the arguments that selects the calls that need approval,
		 * such as '#amount > 100'. When empty, every call.
		 */
		private String when = "";

		/**
		 * Whether a person has to decide: an automatic approval by LumoAuth's rules is
		 * not enough.
		 */
		private boolean byPerson;

		public String getReason() {
			return this.reason;
		}

		public void setReason(String reason) {
			this.reason = reason;
		}

		public String getImpact() {
			return this.impact;
		}

		public void setImpact(String impact) {
			this.impact = impact;
		}

		public String getWhen() {
			return this.when;
		}

		public void setWhen(String when) {
			this.when = when;
		}

		public boolean isByPerson() {
			return this.byPerson;
		}

		public void setByPerson(boolean byPerson) {
			this.byPerson = byPerson;
		}

	}

}
