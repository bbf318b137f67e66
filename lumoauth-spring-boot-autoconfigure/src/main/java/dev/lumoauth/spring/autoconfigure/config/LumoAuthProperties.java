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
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.ssl.LumoAuthRequestFactories;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.budget.OnUnavailable;
import dev.lumoauth.spring.http.PlainHttp;
import dev.lumoauth.spring.token.TargetParameter;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

import static java.util.Objects.requireNonNullElse;

/**
 * The properties {@code lumoauth.*}. {@link LumoAuthConnectionDetails} decides about the
 * addresses and the credentials; by default it takes them from these properties.
 *
 * @param enabled Whether the application has an identity at LumoAuth; if not, calls of
 * code that requires a capability are refused.
 * @param url Address of LumoAuth, without tenant or organization; https, unless the host
 * is a loopback address.
 * @param plainHttpInDevelopment Whether 'lumoauth.url' may be http in a network for
 * development: to a host without a dot, a name below '.docker.internal',
 * '.containers.internal' or '.test', or a private IPv4 address; never in production.
 * @param tenant Slug of the tenant, for the paths '/t/{tenant}/api/v1'. Excludes
 * 'lumoauth.org-id'.
 * @param orgId Slug of the organization, for the paths '/orgs/{orgId}/api/v1'. Excludes
 * 'lumoauth.tenant'.
 * @param clientId Client id of the agent at LumoAuth.
 * @param clientSecret Client secret of the agent.
 * @param clientSecretFile File with the client secret of the agent, read before each
 * token request.
 * @param scopes Scopes to request. When empty, LumoAuth grants all scopes of the agent.
 * @param clientAuthenticationMethod How the agent authenticates at the token endpoint:
 * 'client-secret-post' (the default), 'client-secret-basic', 'private-key-jwt',
 * 'tls-client-auth', 'none', or a method of a feature (the default if its properties are
 * set).
 * @param sslBundle Name of the SSL bundle for connections to LumoAuth, by default the
 * JVM's trust store; with 'tls-client-auth', its key proves who the agent is.
 * @param privateKeyJwt The key that signs the agent's assertions.
 * @param dpop Proof of possession.
 * @param connectTimeout Maximum time to connect to LumoAuth.
 * @param readTimeout Maximum time to wait for an answer of LumoAuth.
 * @param maxWait Time for which a chat, or a request to the application, waits for
 * LumoAuth without an answer, in all its calls together, until what needs an answer is
 * refused; a chat may wait again half a minute later.
 * @param verifyAtStart Whether LumoAuth is asked at start for a token and the budget of
 * each agent; 'warn' asks in the background and never delays or prevents the start.
 * @param agents Further agents by name. The name is the qualifier of the agent's beans.
 * @param exchange The token exchange (RFC 8693).
 * @param capabilities Decisions about capabilities.
 * @param tools Guarded tools of a model.
 * @param budget The agent's budget.
 * @param user The users on whose behalf the agent acts.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth")
public record LumoAuthProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("https://app.lumoauth.dev") String url, boolean plainHttpInDevelopment, @Nullable String tenant,
		@Nullable String orgId, @Nullable String clientId, @Nullable String clientSecret,
		@Nullable String clientSecretFile, @DefaultValue List<String> scopes,
		@Nullable String clientAuthenticationMethod, @Nullable String sslBundle,
		@NestedConfigurationProperty PrivateKeyJwt privateKeyJwt, @NestedConfigurationProperty Dpop dpop,
		Duration connectTimeout, Duration readTimeout, Duration maxWait, VerifyAtStart verifyAtStart,
		@DefaultValue Map<String, Named> agents, Exchange exchange, Capabilities capabilities, Tools tools,
		Budget budget, User user) implements LumoAuthAgentProperties {

	/**
	 * Has the defaults of times and groups, which are the same as in the metadata. For
	 * {@link DefaultValue}, Spring Boot would read and convert each at every start, which
	 * takes longer than everything that is set.
	 */
	public LumoAuthProperties {
		privateKeyJwt = requireNonNullElse(privateKeyJwt, new PrivateKeyJwt(null, null, null, null));
		dpop = requireNonNullElse(dpop, new Dpop(false, null));
		connectTimeout = requireNonNullElse(connectTimeout, Duration.ofSeconds(2));
		readTimeout = requireNonNullElse(readTimeout, Duration.ofSeconds(5));
		maxWait = requireNonNullElse(maxWait, Duration.ofSeconds(2));
		verifyAtStart = requireNonNullElse(verifyAtStart, VerifyAtStart.WARN);
		exchange = requireNonNullElse(exchange, new Exchange(TargetParameter.AUDIENCE));
		capabilities = requireNonNullElse(capabilities, new Capabilities(CapabilitySource.CHECK, Duration.ZERO,
				new Capabilities.Cache(Duration.ofSeconds(30), Duration.ofSeconds(5))));
		tools = requireNonNullElse(tools, new Tools(OnRefusal.TELL_MODEL, true));
		budget = requireNonNullElse(budget, new Budget(true, OnUnavailable.ALLOW, null));
		user = requireNonNullElse(user, new User(List.of()));
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

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "LumoAuthProperties[url=" + this.url + ", clientId=" + this.clientId + "]";
	}

	/**
	 * The token exchange (RFC 8693).
	 *
	 * @param targetParameter Parameter that names the server an exchanged token is for.
	 */
	public record Exchange(@DefaultValue("audience") TargetParameter targetParameter) {
	}

	/**
	 * Decisions about capabilities.
	 *
	 * @param source Resource of LumoAuth that decides about a capability.
	 * @param staleIfUnavailable How long an allow may be used past its lifetime while
	 * LumoAuth is unreachable, and a revoked capability works on; at most a day.
	 * @param cache How long answers are remembered.
	 */
	public record Capabilities(@DefaultValue("check") CapabilitySource source,
			@DefaultValue("0s") Duration staleIfUnavailable, @DefaultValue Cache cache) {

		/**
		 * How long answers are remembered.
		 *
		 * @param allowTtl How long an allow is remembered, and a revoked capability works
		 * on; at most a day; with zero, LumoAuth is asked each time.
		 * @param denyTtl How long a denial is remembered, at most a day.
		 */
		public record Cache(@DefaultValue("30s") Duration allowTtl, @DefaultValue("5s") Duration denyTtl) {
		}

	}

	/**
	 * Guarded tools of a model.
	 *
	 * @param onDenied What happens when a tool call is refused.
	 * @param hideDenied Whether tools that the agent may not use are hidden from the
	 * model.
	 */
	public record Tools(@DefaultValue("tell-model") OnRefusal onDenied, @DefaultValue("true") boolean hideDenied) {
	}

	/**
	 * The agent's budget.
	 *
	 * @param enforce Whether model calls are refused once the budget is exhausted.
	 * @param onUnavailable What happens to a model call while the budget is unknown.
	 * @param file File in which the usage of the budgets outlasts the application.
	 */
	public record Budget(@DefaultValue("true") boolean enforce, @DefaultValue("allow") OnUnavailable onUnavailable,
			@Nullable String file) {
	}

	/**
	 * The users on whose behalf the agent acts.
	 *
	 * @param issuers Further issuers whose access tokens LumoAuth accepts, besides the
	 * agent's tenant.
	 */
	public record User(@DefaultValue List<String> issuers) {
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

}
