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

package dev.lumoauth.spring.autoconfigure.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.ssl.LumoAuthRequestFactories;
import dev.lumoauth.spring.budget.OnUnavailable;
import dev.lumoauth.spring.http.PlainHttp;
import dev.lumoauth.spring.token.TargetParameter;
import dev.lumoauth.spring.tool.OnRefusal;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code lumoauth.*}. {@link LumoAuthConnectionDetails} decides about the
 * addresses and the credentials; by default it takes them from these properties.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth")
public class LumoAuthProperties extends LumoAuthAgentProperties {

	/**
	 * Whether the application has an identity at LumoAuth. If not, calls of code that
	 * requires a capability are refused, never allowed.
	 */
	private boolean enabled = true;

	/**
	 * Address of LumoAuth, without tenant or organization. Has to be https, unless the
	 * host is a loopback address.
	 */
	private String url = "https://app.lumoauth.dev";

	/**
	 * Whether 'lumoauth.url' may be http in a network for development: to a host without
	 * a dot, such as a container's name, to a name below '.docker.internal',
	 * '.containers.internal' or '.test', or to a private IPv4 address. Refused together
	 * with any other host. Never set it in production.
	 */
	private boolean plainHttpInDevelopment;

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
	 * Maximum time to connect to LumoAuth.
	 */
	private Duration connectTimeout = Duration.ofSeconds(2);

	/**
	 * Maximum time to wait for an answer of LumoAuth.
	 */
	private Duration readTimeout = Duration.ofSeconds(5);

	/**
	 * Time for which a chat, or a request to the application, waits for LumoAuth without
	 * an answer, in all its calls together. Then it goes on without LumoAuth: what needs
	 * an answer is refused. A chat that goes on may wait again half a minute later. No
	 * single wait is longer, whatever the timeouts are.
	 */
	private Duration maxWait = Duration.ofSeconds(2);

	/**
	 * Whether LumoAuth is asked at start if it knows the agents: for a token, and for the
	 * budget with that token. 'warn' asks in the background and never delays or prevents
	 * the start.
	 */
	private VerifyAtStart verifyAtStart = VerifyAtStart.WARN;

	/**
	 * Further agents by name. The name is the qualifier of the agent's beans.
	 */
	private Map<String, LumoAuthAgentProperties> agents = new LinkedHashMap<>();

	private final Exchange exchange = new Exchange();

	private final Capabilities capabilities = new Capabilities();

	private final Tools tools = new Tools();

	private final Budget budget = new Budget();

	private final User user = new User();

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

	public boolean isPlainHttpInDevelopment() {
		return this.plainHttpInDevelopment;
	}

	public void setPlainHttpInDevelopment(boolean plainHttpInDevelopment) {
		this.plainHttpInDevelopment = plainHttpInDevelopment;
	}

	/**
	 * Return how requests are sent.
	 * @param beanFactory finds the SSL bundles, and what the application has put in place
	 * @return makes request factories with these properties' timeouts
	 */
	public LumoAuthRequestFactories requestFactories(BeanFactory beanFactory) {
		return new LumoAuthRequestFactories(beanFactory, this.connectTimeout, this.readTimeout);
	}

	PlainHttp plainHttp() {
		return this.plainHttpInDevelopment ? PlainHttp.DEVELOPMENT_NETWORK : PlainHttp.LOOPBACK;
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

	public Duration getMaxWait() {
		return this.maxWait;
	}

	public void setMaxWait(Duration maxWait) {
		this.maxWait = maxWait;
	}

	public Map<String, LumoAuthAgentProperties> getAgents() {
		return this.agents;
	}

	public void setAgents(Map<String, LumoAuthAgentProperties> agents) {
		this.agents = agents;
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

	public User getUser() {
		return this.user;
	}

	/**
	 * The resource of LumoAuth that decides about a capability.
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

		public TargetParameter getTargetParameter() {
			return this.targetParameter;
		}

		public void setTargetParameter(TargetParameter targetParameter) {
			this.targetParameter = targetParameter;
		}

	}

	/**
	 * Decisions about capabilities.
	 */
	public static class Capabilities {

		/**
		 * Resource of LumoAuth that decides about a capability.
		 */
		private CapabilitySource source = CapabilitySource.CHECK;

		/**
		 * How long an allow may be used past its lifetime while LumoAuth is unreachable,
		 * at most a day. A capability that is revoked meanwhile keeps working that long.
		 * With zero, calls are refused instead.
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
		 * How long answers are remembered.
		 */
		public static class Cache {

			/**
			 * How long an allow is remembered, at most a day. A capability that is
			 * revoked meanwhile keeps working that long. With zero, LumoAuth is asked
			 * each time.
			 */
			private Duration allowTtl = Duration.ofSeconds(30);

			/**
			 * How long a denial is remembered, at most a day. With zero, LumoAuth is
			 * asked each time.
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
	 * Guarded tools of a model.
	 */
	public static class Tools {

		/**
		 * What happens when a tool call is refused.
		 */
		private OnRefusal onDenied = OnRefusal.TELL_MODEL;

		/**
		 * Whether tools that the agent may not use are hidden from the model.
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

	public VerifyAtStart getVerifyAtStart() {
		return this.verifyAtStart;
	}

	public void setVerifyAtStart(VerifyAtStart verifyAtStart) {
		this.verifyAtStart = verifyAtStart;
	}

	/**
	 * What happens at start.
	 */
	public enum VerifyAtStart {

		/**
		 * LumoAuth is not asked.
		 */
		OFF,

		/**
		 * LumoAuth is asked once the application is ready. If LumoAuth does not confirm
		 * an agent, there is a warning.
		 */
		WARN,

		/**
		 * LumoAuth is asked before the application accepts requests. If LumoAuth does not
		 * confirm an agent, or can't be reached, the application does not start.
		 */
		FAIL

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
		 * What happens to a model call while the budget is unknown.
		 */
		private OnUnavailable onUnavailable = OnUnavailable.ALLOW;

		/**
		 * File in which the usage of the budgets outlasts the application. Without a
		 * file, the usage is counted from 0 after each start.
		 */
		private @Nullable String file;

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

		public @Nullable String getFile() {
			return this.file;
		}

		public void setFile(@Nullable String file) {
			this.file = file;
		}

	}

	/**
	 * The users on whose behalf the agent acts.
	 */
	public static class User {

		/**
		 * OAuth2 client registrations whose access tokens LumoAuth accepts. When empty,
		 * those whose issuer or token endpoint belongs to the agent's tenant: no token of
		 * another tenant or provider is sent to LumoAuth unless it is configured here.
		 */
		private List<String> registrationIds = new ArrayList<>();

		/**
		 * Further issuers whose access tokens LumoAuth accepts, such as another address
		 * of LumoAuth. The agent's tenant is accepted already.
		 */
		private List<String> issuers = new ArrayList<>();

		public List<String> getRegistrationIds() {
			return this.registrationIds;
		}

		public void setRegistrationIds(List<String> registrationIds) {
			this.registrationIds = registrationIds;
		}

		public List<String> getIssuers() {
			return this.issuers;
		}

		public void setIssuers(List<String> issuers) {
			this.issuers = issuers;
		}

	}

}
