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

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.IdentityFeature;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.config.OwnCredentials;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.RequestLimits;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import dev.lumoauth.spring.token.TokenProtocol;
import dev.lumoauth.spring.token.TokensCustomizer;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * What the properties say about each agent: how it authenticates, what it remembers and
 * for how long, and what its budget does.
 */
final class ConfiguredIdentity implements AgentFeature, Ordered {

	private final LumoAuthConnection connection;

	private final LumoAuthProperties properties;

	private final String refusal;

	private final BeanFactory beanFactory;

	private final Clock clock;

	private final AgentObservations observations;

	private final SingletonSupplier<BackgroundWork> backgroundWork = SingletonSupplier.of(BackgroundWork::new);

	private final AgentCredentialsFactory credentials;

	private final AgentProofs proofs;

	/**
	 * Create the feature.
	 * @param connection the connection to LumoAuth
	 * @param properties the properties
	 * @param refusal why there are no decisions if there is no default agent
	 * @param beanFactory finds what the application has put in place
	 * @param clock the clock for the expiry of tokens, answers and waits
	 */
	ConfiguredIdentity(LumoAuthConnection connection, LumoAuthProperties properties, String refusal,
			BeanFactory beanFactory, Clock clock) {
		this.connection = connection;
		this.properties = properties;
		this.refusal = refusal;
		this.beanFactory = beanFactory;
		this.clock = clock;
		this.observations = new AgentObservations(beanFactory);
		Supplier<SslBundles> sslBundles = () -> beanFactory.getBean(SslBundles.class);
		OwnCredentials own = OwnCredentials.of(beanFactory);
		this.credentials = new AgentCredentialsFactory(connection.addresses().issuer(), own, sslBundles,
				Clock.systemUTC());
		this.proofs = new AgentProofs(sslBundles, Clock.systemUTC(), () -> available(SharedTokens.class) != null);
	}

	/**
	 * Before every other feature.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * Return the same with another clock.
	 */
	ConfiguredIdentity on(Clock clock) {
		return new ConfiguredIdentity(this.connection, this.properties, this.refusal, this.beanFactory, clock);
	}

	@Override
	public void addTo(AgentBuilder builder) {
		AgentIdentity identity = builder.identity();
		ConfiguredAgent agent = (identity != null) ? agent(identity) : null;
		builder.provide(BackgroundWork.class, (runtime) -> this.backgroundWork.obtain());
		builder.provide(LumoAuthConnector.class, (runtime) -> connector(agent));
		if (agent == null) {
			builder.provide(CapabilityDecisions.class, (runtime) -> new RefusingCapabilityDecisions(this.refusal));
			return;
		}
		builder.provide(LumoAuthHttp.class, (runtime) -> http(agent, runtime));
		builder.provide(LumoAuthTokens.class, (runtime) -> tokens(agent, runtime));
		builder.provide(CapabilitySource.class, (runtime) -> source(runtime.get(LumoAuthClient.class)));
		builder.provide(CapabilityDecisions.class, (runtime) -> decisions(agent, runtime));
		builder.provide(BudgetMonitor.class, (runtime) -> budgetMonitor(agent, runtime));
		new IdentityFeature().addTo(builder);
	}

	private ConfiguredAgent agent(AgentIdentity identity) {
		String name = identity.name();
		if (name == null) {
			return new ConfiguredAgent(null, identity.clientId(), this.connection.clientSecret(), this.properties);
		}
		LumoAuthAgentProperties settings = this.properties.agents().get(name);
		Assert.state(settings != null, () -> "There is no agent '" + name + "'");
		return new ConfiguredAgent(name, identity.clientId(), settings.clientSecret(), settings);
	}

	private LumoAuthConnector connector(@Nullable ConfiguredAgent agent) {
		return new LumoAuthConnector(this.connection.addresses(), () -> requestFactory(agent),
				this.observations::registry, this.clock, this.properties.maxWait(),
				() -> available(RequestLimits.class));
	}

	/**
	 * A named agent without its own bundle uses that of the default agent.
	 */
	private ClientHttpRequestFactory requestFactory(@Nullable ConfiguredAgent agent) {
		String own = (agent != null) ? agent.settings().sslBundle() : null;
		return this.properties.requestFactories(this.beanFactory)
			.create(StringUtils.hasText(own) ? own : this.properties.sslBundle());
	}

	private LumoAuthHttp http(ConfiguredAgent agent, AgentRuntime runtime) {
		return runtime.get(LumoAuthConnector.class)
			.open(agent.clientId())
			.properties(agent.prefix())
			.budgetListener((exceeded) -> runtime.get(BudgetMonitor.class).exceeded(exceeded))
			.requestInterceptor(proofs(agent))
			.build();
	}

	/**
	 * Looked up with the first request: an application's own credentials may need beans
	 * that need this connection to LumoAuth.
	 */
	private ClientHttpRequestInterceptor proofs(ConfiguredAgent agent) {
		SingletonSupplier<ClientHttpRequestInterceptor> proofs = SingletonSupplier
			.of(() -> proofs(this.credentials.create(agent), agent).interceptor());
		return (request, body, execution) -> proofs.obtain().intercept(request, body, execution);
	}

	private DPoPProofs proofs(AgentCredentials credentials, ConfiguredAgent agent) {
		DPoPProofs own = (credentials instanceof OwnTokenCredentials ownToken) ? ownToken.proofs() : null;
		return (own != null) ? own : this.proofs.of(agent);
	}

	private LumoAuthTokens tokens(ConfiguredAgent agent, AgentRuntime runtime) {
		// Before the credentials, which rely on this connection having the new
		// certificate.
		LumoAuthHttp http = runtime.get(LumoAuthHttp.class);
		LumoAuthTokensBuilder tokens = LumoAuthTokens.builder()
			.scopes(new LinkedHashSet<>(agent.settings().scopes()))
			.targetParameter(this.properties.exchange().targetParameter())
			.clock(this.clock)
			.executor(runtime.get(BackgroundWork.class).executor())
			.sharedTokens(available(SharedTokens.class))
			.dpop(this.proofs.of(agent), agent.settings().dpop().enabled(), agent.prefix())
			.toCheck(this.credentials.toCheck(agent));
		AgentCredentials credentials = this.credentials.create(agent);
		tokens.protocol((agent.name() == null) ? available(TokenProtocol.class) : null);
		this.observations.addTo(tokens);
		runtime.all(TokensCustomizer.class).forEach((customizer) -> customizer.customize(tokens));
		return tokens.build(http, credentials);
	}

	private CapabilitySource source(LumoAuthClient client) {
		return switch (this.properties.capabilities().source()) {
			case CHECK -> CapabilitySource.check(client);
			case ASK -> CapabilitySource.ask(client);
			case USERINFO -> CapabilitySource.userinfo(client);
		};
	}

	private CapabilityDecisions decisions(ConfiguredAgent agent, AgentRuntime runtime) {
		LumoAuthProperties.Capabilities capabilities = this.properties.capabilities();
		LumoAuthProperties.Capabilities.Cache cache = capabilities.cache();
		LumoAuthClient client = runtime.get(LumoAuthClient.class);
		SharedDecisions shared = available(SharedDecisions.class);
		CapabilitySource watched = new UnknownCapabilityWatch(runtime.get(CapabilitySource.class), agent.clientId(),
				() -> guarded().stream().filter((code) -> Objects.equals(code.agent(), agent.name())).toList());
		return CapabilityDecisions
			.builder(CapabilitySource.withTools(watched, client, () -> available(ToolQuestions.class)))
			.shared(shared, (shared != null) ? sharedName(agent) : "")
			.allowTtl(cache.allowTtl())
			.denyTtl(cache.denyTtl())
			.staleIfUnavailable(capabilities.staleIfUnavailable())
			.clock(this.clock)
			.maxWait(this.properties.maxWait())
			.observations(agent.clientId(), this.observations::registry)
			.build();
	}

	/**
	 * What LumoAuth's answers about an agent depend on.
	 */
	private String sharedName(ConfiguredAgent agent) {
		return this.connection.addresses().token() + "\n" + agent.clientId() + "\n"
				+ this.credentials.create(agent).agentId() + "\n" + this.properties.capabilities().source() + "\n"
				+ new TreeSet<>(agent.settings().scopes()) + "\n" + mcpConnections();
	}

	/**
	 * The names of MCP tools name a connection, and its properties name the server.
	 */
	private Map<String, String> mcpConnections() {
		Environment environment = available(Environment.class);
		return (environment != null) ? new TreeMap<>(Binder.get(environment)
			.bind("lumoauth.mcp.connections", Bindable.mapOf(String.class, String.class))
			.orElse(Map.of())) : Map.of();
	}

	private List<GuardedCode> guarded() {
		return GuardRuntime.guarded(available(GuardRuntime.class));
	}

	private BudgetMonitor budgetMonitor(ConfiguredAgent agent, AgentRuntime runtime) {
		LumoAuthProperties.Budget budget = this.properties.budget();
		BudgetMonitor.Builder builder = BudgetMonitor
			.builder(runtime.get(BudgetSource.class), runtime.get(BackgroundWork.class).executor())
			.enforce(budget.enforce())
			.onUnavailable(budget.onUnavailable())
			.clock(this.clock)
			.listeners(agent.clientId(), this.observations::budgetListeners)
			.maxWait(this.properties.maxWait());
		BudgetStore store = available(BudgetStore.class);
		if (store != null) {
			builder.store(store, this.connection.addresses().issuer(), agent.clientId());
		}
		return builder.build();
	}

	private <T> @Nullable T available(Class<T> type) {
		ObjectProvider<T> provider = this.beanFactory.getBeanProvider(type);
		return provider.getIfAvailable();
	}

}
