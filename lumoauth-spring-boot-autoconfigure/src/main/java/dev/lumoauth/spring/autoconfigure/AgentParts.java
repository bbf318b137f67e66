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

import dev.lumoauth.spring.concurrent.BackgroundWork;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.DefaultLumoAuthAgent;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.capability.CallerDecisions;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.client.CallerClient;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import dev.lumoauth.spring.token.TargetTokens;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.credentials.WorkloadToken;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates the parts of an agent from the properties. Each part of the default agent is a
 * bean, which an application may replace; a named agent gets all its parts from here.
 *
 * @param connection the connection to LumoAuth
 * @param properties the properties
 * @param requestFactory creates request factories for LumoAuth, with the SSL bundle of
 * that name
 * @param credentials creates the agents' credentials
 * @param proofs creates the proofs that agents have the keys of their tokens
 * @param observations observes the agents
 * @param backgroundWork renews tokens and figures in the background
 * @param clock the clock for the expiry of tokens, answers and waits
 * @param sharedTokens the tokens that replicas share; {@code null} = each replica has its
 * own
 * @param budgetStore keeps what the agents have used of their budgets; {@code null} = the
 * usage ends with the process
 * @param targetTokens the source of tokens for servers that don't use the token exchange,
 * for the default agent
 * @param toolQuestions supplies the tools of MCP servers about which LumoAuth is asked
 * @param currentUser supplies the finder of the user for whom an agent works
 * @param guarded supplies the guarded code that is known so far
 * @param approvals creates the agents' approvals
 * @param callers supplies the decisions for the callers of the application's MCP server;
 * supplies {@code null} if there are decisions for agents only
 */
record AgentParts(LumoAuthConnection connection, LumoAuthProperties properties,
		Function<@Nullable String, ClientHttpRequestFactory> requestFactory, AgentCredentialsFactory credentials,
		AgentProofs proofs, AgentObservations observations, BackgroundWork backgroundWork, Clock clock,
		@Nullable SharedTokens sharedTokens, @Nullable BudgetStore budgetStore,
		Supplier<@Nullable TargetTokens> targetTokens, Supplier<@Nullable ToolQuestions> toolQuestions,
		Supplier<CurrentUser> currentUser, Supplier<List<GuardedCode>> guarded, ApprovalWiring approvals,
		Supplier<@Nullable CallerDecisions> callers) {

	/** The common name of callers, in messages and metrics. */
	private static final String CALLERS = "caller";

	/**
	 * Return the identity of the default agent.
	 */
	AgentIdentity unnamed() {
		String clientId = this.connection.clientId();
		Assert.state(clientId != null, "There is no client id");
		return new AgentIdentity(null, clientId, this.connection.clientSecret(), this.properties);
	}

	/**
	 * Return the identity of a named agent.
	 */
	AgentIdentity named(String name) {
		LumoAuthAgentProperties agent = this.properties.getAgents().get(name);
		Assert.state(agent != null && agent.getClientId() != null, () -> "There is no agent '" + name + "'");
		return new AgentIdentity(name, agent.getClientId(), agent.getClientSecret(), agent);
	}

	LumoAuthHttp http(AgentIdentity agent, Consumer<LumoAuthBudgetExceededException> budgetListener) {
		LumoAuthAddresses addresses = this.connection.addresses().withAuthzPath(this.properties.getAuthzPath());
		return LumoAuthHttp.builder(addresses, agent.clientId(), this.requestFactory.apply(bundle(agent)))
			.observationRegistry(this.observations.registry())
			.clock(this.clock)
			.properties(agent.prefix())
			.maxWait(this.properties.getMaxWait())
			.budgetListener(budgetListener)
			.requestInterceptor(proofs(agent))
			.build();
	}

	/**
	 * Create a connection for what LumoAuth answers to everybody. An application without
	 * an agent has such a connection too.
	 */
	LumoAuthHttp publicHttp(String name, ClientHttpRequestFactory requestFactory) {
		return LumoAuthHttp.builder(this.connection.addresses(), name, requestFactory)
			.observationRegistry(this.observations.registry())
			.clock(this.clock)
			.maxWait(this.properties.getMaxWait())
			.build();
	}

	/**
	 * Looked up with the first request: an application's own credentials may need beans
	 * that need this connection to LumoAuth.
	 */
	private ClientHttpRequestInterceptor proofs(AgentIdentity agent) {
		SingletonSupplier<ClientHttpRequestInterceptor> proofs = SingletonSupplier
			.of(() -> ((this.credentials.create(agent) instanceof OwnTokenCredentials own) ? own.proofs()
					: this.proofs.of(agent))
				.interceptor());
		return (request, body, execution) -> proofs.obtain().intercept(request, body, execution);
	}

	/**
	 * A named agent without its own bundle uses that of the default agent.
	 */
	private @Nullable String bundle(AgentIdentity agent) {
		String own = agent.settings().getSslBundle();
		return StringUtils.hasText(own) ? own : this.properties.getSslBundle();
	}

	LumoAuthTokens tokens(AgentIdentity agent, LumoAuthHttp http) {
		LumoAuthProperties.Exchange exchange = this.properties.getExchange();
		LumoAuthTokensBuilder tokens = LumoAuthTokens.builder()
			.scopes(new LinkedHashSet<>(agent.settings().getScopes()))
			.targetParameter(exchange.getTargetParameter())
			.authenticateExchange(exchange.isClientAuthentication())
			.clock(this.clock)
			.executor(this.backgroundWork.executor())
			.sharedTokens(this.sharedTokens)
			.dpop(this.proofs.of(agent), agent.settings().getDpop().isEnabled(), agent.prefix())
			.toCheck(AgentCredentialsFactory.toCheck(agent));
		AgentCredentials credentials = this.credentials.create(agent);
		LumoAuthAgentProperties.WorkloadIdentity workload = agent.settings().getWorkloadIdentity();
		boolean workloadIdentity = credentials.method().equals(WorkloadToken.METHOD);
		// Without a configured method there is no additional request: the default is that
		// of LumoAuth's guides. Credentials that send nothing to the token endpoint use
		// none of its methods.
		if (agent.settings().getClientAuthenticationMethod() != null && !workloadIdentity
				&& !(credentials instanceof OwnTokenCredentials)) {
			tokens.lookAtOfferedMethods(agent.prefix() + ".client-authentication-method");
		}
		if (workloadIdentity && workload.getMode() == LumoAuthAgentProperties.WorkloadIdentity.Mode.ATTEST) {
			tokens.attest(StringUtils.hasText(workload.getAgentId()) ? workload.getAgentId() : agent.clientId());
		}
		tokens.targetTokens((agent.name() == null) ? this.targetTokens.get() : null);
		tokens.escalation(this.approvals.escalation(http, this.backgroundWork.executor()));
		AudiencesRule.addTo(tokens, this.properties.getAudiences());
		this.observations.addTo(tokens);
		return tokens.build(http, credentials);
	}

	CapabilitySource source(LumoAuthClient client) {
		return switch (this.properties.getCapabilities().getSource()) {
			case CHECK -> CapabilitySource.check(client);
			case ASK -> CapabilitySource.ask(client);
			case USERINFO -> CapabilitySource.userinfo(client);
		};
	}

	CapabilityDecisions decisions(AgentIdentity agent, CapabilitySource source, LumoAuthTokens tokens,
			LumoAuthClient client) {
		LumoAuthProperties.Capabilities capabilities = this.properties.getCapabilities();
		LumoAuthProperties.Capabilities.Cache cache = capabilities.getCache();
		KnownCapabilities known = new KnownCapabilities(agent.name(), tokens, client);
		CapabilitySource watched = GuardRegister.watch(source, agent.clientId(), known::names,
				() -> known.guarded(this.guarded.get()));
		CapabilitySource withTools = CapabilitySource.withTools(watched, client, this.toolQuestions);
		CapabilityDecisions decisions = CapabilityDecisions.builder(withTools)
			.allowTtl(cache.getAllowTtl())
			.denyTtl(cache.getDenyTtl())
			.staleIfUnavailable(capabilities.getStaleIfUnavailable())
			.clock(this.clock)
			.maxWait(this.properties.getMaxWait())
			.observations(agent.clientId(), this.observations::registry, this.observations::capabilityConvention)
			.build();
		return callersOr(decisions);
	}

	/**
	 * Return decisions for the callers of the application's MCP server, if there are any,
	 * and otherwise for an agent.
	 */
	CapabilityDecisions callersOr(CapabilityDecisions agent) {
		CallerDecisions callers = this.callers.get();
		return (callers != null) ? callers.or(agent) : agent;
	}

	/**
	 * Create the decisions for the callers of the application's MCP server. They use a
	 * separate connection to LumoAuth, so that failures for callers don't affect an
	 * agent.
	 */
	static CallerDecisions callerDecisions(CallerSettings settings, LumoAuthConnection connection,
			LumoAuthProperties properties, Function<@Nullable String, ClientHttpRequestFactory> requestFactory,
			AgentObservations observations, Clock clock) {
		LumoAuthProperties.Capabilities.Cache cache = properties.getCapabilities().getCache();
		SingletonSupplier<LumoAuthHttp> http = SingletonSupplier.of(() -> LumoAuthHttp
			.builder(connection.addresses().withAuthzPath(properties.getAuthzPath()), CALLERS,
					requestFactory.apply(properties.getSslBundle()))
			.observationRegistry(observations.registry())
			.clock(clock)
			.maxWait(properties.getMaxWait())
			.tokensOfMany()
			.build());
		return CapabilityDecisions.builder((names) -> {
			throw new LumoAuthUnavailableException("There are no decisions for an agent here", null);
		})
			.allowTtl(cache.getAllowTtl())
			.denyTtl(cache.getDenyTtl())
			.clock(clock)
			.maxWait(properties.getMaxWait())
			.observations(CALLERS, observations::registry, observations::capabilityConvention)
			.buildForCallers(settings.source((token) -> new CallerClient(http.obtain(), token)));
	}

	LumoAuthConnections connections(LumoAuthClient client, LumoAuthTokens tokens) {
		return LumoAuthConnections.of(ThirdPartiesRule.parties(this.properties.getConnections()), client, tokens,
				this.currentUser, this.clock, this.backgroundWork.executor(), this.properties.getMaxWait());
	}

	BudgetMonitor budgetMonitor(AgentIdentity agent, BudgetSource source) {
		LumoAuthProperties.Budget budget = this.properties.getBudget();
		BudgetMonitor.Builder builder = BudgetMonitor.builder(source, this.backgroundWork.executor())
			.enforce(budget.isEnforce())
			.onUnavailable(budget.getOnUnavailable())
			.clock(this.clock)
			.listeners(agent.clientId(), this.observations::budgetListeners)
			.maxWait(this.properties.getMaxWait());
		if (this.budgetStore != null) {
			builder.store(this.budgetStore, this.connection.addresses().issuer(), agent.clientId());
		}
		return builder.build();
	}

	/**
	 * Create all parts of a named agent. The agent shares none of them with another:
	 * tokens, rate limit, decisions and budget are its own.
	 */
	NamedAgent namedAgent(String name) {
		AgentIdentity identity = named(name);
		AtomicReference<@Nullable BudgetMonitor> toTell = new AtomicReference<>();
		LumoAuthHttp http = http(identity,
				(exceeded) -> Optional.ofNullable(toTell.get()).ifPresent((monitor) -> monitor.exceeded(exceeded)));
		LumoAuthTokens tokens = tokens(identity, http);
		LumoAuthClient client = new LumoAuthClient(http, tokens);
		CapabilityDecisions decisions = decisions(identity, source(client), tokens, client);
		BudgetMonitor budgetMonitor = budgetMonitor(identity, client::budgetPolicy);
		toTell.set(budgetMonitor);
		Approvals approvals = this.approvals.approvals(identity.clientId(), client, () -> null, List::of);
		LumoAuthConnections connections = connections(client, tokens);
		return new NamedAgent(identity.clientId(), http, tokens, decisions, budgetMonitor, approvals, connections,
				new DefaultLumoAuthAgent(decisions, tokens, client, budgetMonitor::status, approvals, connections));
	}

}
