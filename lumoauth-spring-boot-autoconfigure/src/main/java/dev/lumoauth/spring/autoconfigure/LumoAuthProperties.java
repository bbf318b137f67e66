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

package dev.lumoauth.spring.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.lumoauth.spring.ActorOrder;
import dev.lumoauth.spring.budget.OnUnavailable;
import dev.lumoauth.spring.http.AuthzPath;
import dev.lumoauth.spring.token.TargetParameter;
import dev.lumoauth.spring.tool.OnRefusal;

/**
 * The properties {@code lumoauth.*}. What is asked at which address with which
 * credentials is decided by {@link LumoAuthConnectionDetails}, of which these are the
 * default.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth")
public class LumoAuthProperties extends LumoAuthAgentProperties {

	/**
	 * Whether the application has an identity at LumoAuth. Without it, code that requires
	 * a capability is refused, never open.
	 */
	private boolean enabled = true;

	/**
	 * Address of LumoAuth, without tenant or organization. Has to be https, unless the
	 * host is a loopback address.
	 */
	private String url = "https://app.lumoauth.dev";

	/**
	 * Slug of the tenant, for the paths '/t/{tenant}/api/v1'. Excludes 'lumoauth.org-id'.
	 */
	private @Nullable String tenant;

	/**
	 * Slug of the organization, for the paths '/orgs/{orgId}/api/v1'. Excludes
	 * 'lumoauth.tenant'.
	 */
	private @Nullable String orgId;

	/**
	 * Where LumoAuth's permission checks are: below the path of the tenant or the
	 * organization, or at '/api/v1/authz' without it.
	 */
	private AuthzPath authzPath = AuthzPath.AUTO;

	/**
	 * Order in which tokens of LumoAuth name several agents that act one for another.
	 * While it is unknown, none of them is said to be the current one.
	 */
	private ActorOrder actorOrder = ActorOrder.UNKNOWN;

	/**
	 * Time within which a connection to LumoAuth has to be there.
	 */
	private Duration connectTimeout = Duration.ofSeconds(2);

	/**
	 * Time to wait for an answer of LumoAuth.
	 */
	private Duration readTimeout = Duration.ofSeconds(5);

	/**
	 * Further agents by name: their beans are injected by that name as the qualifier.
	 */
	private Map<String, LumoAuthAgentProperties> agents = new LinkedHashMap<>();

	/**
	 * Servers that LumoAuth knows by an id which is no address, by a name of your own.
	 * Their tokens are sent there and nowhere else.
	 */
	private Map<String, LumoAuthAudienceProperties> audiences = new LinkedHashMap<>();

	/**
	 * Third parties whose tokens LumoAuth keeps in its token vault, by a name of your
	 * own.
	 */
	private Map<String, LumoAuthThirdPartyProperties> connections = new LinkedHashMap<>();

	private final Exchange exchange = new Exchange();

	private final Capabilities capabilities = new Capabilities();

	private final Tools tools = new Tools();

	private final Budget budget = new Budget();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getUrl() {
		return this.url;
	}

	public void setUrl(String url) {
		this.url = url;
	}

	public @Nullable String getTenant() {
		return this.tenant;
	}

	public void setTenant(@Nullable String tenant) {
		this.tenant = tenant;
	}

	public @Nullable String getOrgId() {
		return this.orgId;
	}

	public void setOrgId(@Nullable String orgId) {
		this.orgId = orgId;
	}

	public AuthzPath getAuthzPath() {
		return this.authzPath;
	}

	public void setAuthzPath(AuthzPath authzPath) {
		this.authzPath = authzPath;
	}

	public ActorOrder getActorOrder() {
		return this.actorOrder;
	}

	public void setActorOrder(ActorOrder actorOrder) {
		this.actorOrder = actorOrder;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getReadTimeout() {
		return this.readTimeout;
	}

	public void setReadTimeout(Duration readTimeout) {
		this.readTimeout = readTimeout;
	}

	public Map<String, LumoAuthAgentProperties> getAgents() {
		return this.agents;
	}

	public void setAgents(Map<String, LumoAuthAgentProperties> agents) {
		this.agents = agents;
	}

	public Map<String, LumoAuthAudienceProperties> getAudiences() {
		return this.audiences;
	}

	public void setAudiences(Map<String, LumoAuthAudienceProperties> audiences) {
		this.audiences = audiences;
	}

	public Map<String, LumoAuthThirdPartyProperties> getConnections() {
		return this.connections;
	}

	public void setConnections(Map<String, LumoAuthThirdPartyProperties> connections) {
		this.connections = connections;
	}

	public Exchange getExchange() {
		return this.exchange;
	}

	public Capabilities getCapabilities() {
		return this.capabilities;
	}

	public Tools getTools() {
		return this.tools;
	}

	public Budget getBudget() {
		return this.budget;
	}

	/**
	 * Which of LumoAuth's resources decides about a capability.
	 */
	public enum CapabilitySource {

		/**
		 * The policy decision point, {@code authz/check} and {@code authz/check-bulk}.
		 */
		CHECK,

		/**
		 * The agents' {@code agents/ask}, one request for each capability.
		 */
		ASK,

		/**
		 * The list of capabilities in {@code oauth/userinfo}.
		 */
		USERINFO

	}

	/**
	 * The token exchange (RFC 8693).
	 */
	public static class Exchange {

		/**
		 * Parameter that names the server an exchanged token is for.
		 */
		private TargetParameter targetParameter = TargetParameter.AUDIENCE;

		/**
		 * Whether the agent authenticates itself in a token exchange as well.
		 */
		private boolean clientAuthentication = true;

		public TargetParameter getTargetParameter() {
			return this.targetParameter;
		}

		public void setTargetParameter(TargetParameter targetParameter) {
			this.targetParameter = targetParameter;
		}

		public boolean isClientAuthentication() {
			return this.clientAuthentication;
		}

		public void setClientAuthentication(boolean clientAuthentication) {
			this.clientAuthentication = clientAuthentication;
		}

	}

	/**
	 * The decisions about capabilities.
	 */
	public static class Capabilities {

		/**
		 * Resource of LumoAuth that decides about a capability.
		 */
		private CapabilitySource source = CapabilitySource.CHECK;

		/**
		 * Time for which an allow may be used past its lifetime while LumoAuth is
		 * unreachable, a day at most. A capability that is revoked meanwhile keeps
		 * working that long. Zero refuses.
		 */
		private Duration staleIfUnavailable = Duration.ZERO;

		private final Cache cache = new Cache();

		public CapabilitySource getSource() {
			return this.source;
		}

		public void setSource(CapabilitySource source) {
			this.source = source;
		}

		public Duration getStaleIfUnavailable() {
			return this.staleIfUnavailable;
		}

		public void setStaleIfUnavailable(Duration staleIfUnavailable) {
			this.staleIfUnavailable = staleIfUnavailable;
		}

		public Cache getCache() {
			return this.cache;
		}

		/**
		 * How long an answer is good for.
		 */
		public static class Cache {

			/**
			 * Time for which an allow is remembered, a day at most. A capability that is
			 * revoked meanwhile keeps working that long. Zero asks each time.
			 */
			private Duration allowTtl = Duration.ofSeconds(30);

			/**
			 * Time for which a denial is remembered, a day at most. Zero asks each time.
			 */
			private Duration denyTtl = Duration.ofSeconds(5);

			public Duration getAllowTtl() {
				return this.allowTtl;
			}

			public void setAllowTtl(Duration allowTtl) {
				this.allowTtl = allowTtl;
			}

			public Duration getDenyTtl() {
				return this.denyTtl;
			}

			public void setDenyTtl(Duration denyTtl) {
				this.denyTtl = denyTtl;
			}

		}

	}

	/**
	 * The guarded tools of a model.
	 */
	public static class Tools {

		/**
		 * What becomes of a tool call that is refused.
		 */
		private OnRefusal onDenied = OnRefusal.TELL_MODEL;

		/**
		 * Whether tools that the agent may not use are kept from the model.
		 */
		private boolean hideDenied = true;

		public OnRefusal getOnDenied() {
			return this.onDenied;
		}

		public void setOnDenied(OnRefusal onDenied) {
			this.onDenied = onDenied;
		}

		public boolean isHideDenied() {
			return this.hideDenied;
		}

		public void setHideDenied(boolean hideDenied) {
			this.hideDenied = hideDenied;
		}

	}

	/**
	 * The agent's budget.
	 */
	public static class Budget {

		/**
		 * Whether model calls are refused once the budget is exhausted.
		 */
		private boolean enforce = true;

		/**
		 * What becomes of a model call while the budget is unknown.
		 */
		private OnUnavailable onUnavailable = OnUnavailable.ALLOW;

		public boolean isEnforce() {
			return this.enforce;
		}

		public void setEnforce(boolean enforce) {
			this.enforce = enforce;
		}

		public OnUnavailable getOnUnavailable() {
			return this.onUnavailable;
		}

		public void setOnUnavailable(OnUnavailable onUnavailable) {
			this.onUnavailable = onUnavailable;
		}

	}

}
