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

package dev.lumoauth.spring.agent;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import dev.lumoauth.spring.token.TokensCustomizer;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;

/**
 * An agent whose settings are the default ones, for an application without Spring Boot.
 */
record DirectIdentity(LumoAuthAddresses addresses, AgentCredentials credentials) implements AgentFeature {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration ALLOW_TTL = Duration.ofSeconds(30);

	private static final Duration DENY_TTL = Duration.ofSeconds(5);

	@Override
	public void addTo(AgentBuilder agent) {
		String clientId = this.credentials.clientId();
		agent.provide(BackgroundWork.class, (runtime) -> new BackgroundWork());
		agent.provide(LumoAuthConnector.class,
				(runtime) -> new LumoAuthConnector(this.addresses,
						() -> LumoAuthHttp.requestFactory(
								HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build(), READ_TIMEOUT),
						() -> ObservationRegistry.NOOP, Clock.systemUTC(), WaitAllowance.DEFAULT_MAX, () -> null));
		agent.provide(LumoAuthHttp.class,
				(runtime) -> runtime.get(LumoAuthConnector.class)
					.open(clientId)
					.budgetListener((exceeded) -> runtime.get(BudgetMonitor.class).exceeded(exceeded))
					.build());
		agent.provide(LumoAuthTokens.class, this::tokens);
		agent.provide(CapabilitySource.class, (runtime) -> CapabilitySource.check(runtime.get(LumoAuthClient.class)));
		agent.provide(CapabilityDecisions.class,
				(runtime) -> CapabilityDecisions.builder(runtime.get(CapabilitySource.class))
					.allowTtl(ALLOW_TTL)
					.denyTtl(DENY_TTL)
					.build());
		agent.provide(BudgetMonitor.class,
				(runtime) -> BudgetMonitor
					.builder(runtime.get(BudgetSource.class), runtime.get(BackgroundWork.class).executor())
					.build());
		agent.provide(CurrentUser.class, (runtime) -> CurrentUser.of(List::of, List.of()));
		agent.provide(Guard.class, (runtime) -> new Guard(() -> runtime.get(CapabilityDecisions.class),
				() -> runtime.get(CurrentUser.class),
				new GuardReports(() -> clientId, () -> runtime.all(GuardListener.class)), null, runtime::gates));
		new IdentityFeature().addTo(agent);
	}

	private LumoAuthTokens tokens(AgentRuntime runtime) {
		LumoAuthTokensBuilder tokens = LumoAuthTokens.builder().executor(runtime.get(BackgroundWork.class).executor());
		runtime.all(TokensCustomizer.class).forEach((customizer) -> customizer.customize(tokens));
		return tokens.build(runtime.get(LumoAuthHttp.class), this.credentials);
	}

}
