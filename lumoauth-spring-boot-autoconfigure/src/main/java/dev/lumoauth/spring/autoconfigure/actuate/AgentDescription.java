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
package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.AgentDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.BudgetDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.DecisionDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.EndpointDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.ErrorDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.LimitDescriptor;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthEndpoint.TokensDescriptor;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RememberedDecision;
import dev.lumoauth.spring.http.EndpointState;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.RequestError;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.cache.TokenStatus;
import org.jspecify.annotations.Nullable;

/**
 * Describes an agent in codes, counts and times.
 */
final class AgentDescription {

	private AgentDescription() {
	}

	static AgentDescriptor of(AgentRuntime agent) {
		LumoAuthTokens tokens = agent.get(LumoAuthTokens.class);
		LumoAuthHttp http = agent.get(LumoAuthHttp.class);
		return new AgentDescriptor(agent.identity().name(), agent.identity().clientId(),
				decisions(agent.get(CapabilityDecisions.class).remembered()), tokens(tokens.statuses()),
				tokens.keyThumbprint(), budget(agent.get(BudgetMonitor.class).current()), code(http.authzPath()),
				http.endpointStates().stream().map(AgentDescription::endpoint).toList(),
				http.recentErrors().stream().map(AgentDescription::error).toList(), agent.describe());
	}

	private static Map<String, DecisionDescriptor> decisions(List<RememberedDecision> remembered) {
		Map<String, DecisionDescriptor> decisions = new LinkedHashMap<>();
		remembered.forEach((decision) -> decisions.put(decision.capability(),
				new DecisionDescriptor(decision.code(), decision.age())));
		return decisions;
	}

	/**
	 * The tokens for one server are grouped: one entry for each user would be a list of
	 * users.
	 */
	private static List<TokensDescriptor> tokens(List<TokenStatus> statuses) {
		Map<Target, List<TokenStatus>> byTarget = new TreeMap<>();
		statuses.forEach(
				(status) -> byTarget.computeIfAbsent(Target.of(status), (target) -> new ArrayList<>()).add(status));
		return byTarget.entrySet().stream().map((entry) -> tokens(entry.getKey(), entry.getValue())).toList();
	}

	private static TokensDescriptor tokens(Target target, List<TokenStatus> statuses) {
		Map<String, Integer> renewal = new TreeMap<>();
		statuses.forEach((status) -> renewal.merge(code(status.state()), 1, Integer::sum));
		Instant first = statuses.stream().map(TokenStatus::expiresAt).min(Comparator.naturalOrder()).orElseThrow();
		return new TokensDescriptor(target.grant(), target.audience(), target.onBehalf(), statuses.size(), first,
				renewal);
	}

	private static BudgetDescriptor budget(BudgetStatus status) {
		Map<String, LimitDescriptor> limits = new LinkedHashMap<>();
		status.limits().forEach((limit) -> limits.put(limit.name(), new LimitDescriptor(limit.used(), limit.limit())));
		return new BudgetDescriptor(code(status.state()), status.reason(), status.asOf(), limits);
	}

	private static EndpointDescriptor endpoint(EndpointState state) {
		return new EndpointDescriptor(state.endpoint(), code(state.breaker()), state.failures(), state.openUntil(),
				state.rateLimitedUntil());
	}

	private static ErrorDescriptor error(RequestError error) {
		return new ErrorDescriptor(error.at(), error.endpoint(), code(error.code()), error.error(), error.status());
	}

	static String code(Enum<?> state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The target of tokens. The agent's own token comes first.
	 *
	 * @param audience the server's id or its address; {@code null} for the agent's own
	 * @param onBehalf whether the agent acts for others
	 */
	private record Target(@Nullable String audience, boolean onBehalf) implements Comparable<Target> {

		private static final Comparator<Target> ORDER = Comparator
			.comparing(Target::audience, Comparator.nullsFirst(Comparator.naturalOrder()))
			.thenComparing(Target::onBehalf);

		static Target of(TokenStatus status) {
			return new Target((status.target() != null) ? withoutCredentials(status.target()) : null,
					status.onBehalf());
		}

		/**
		 * An address may contain a user, a password or a key.
		 */
		private static String withoutCredentials(String target) {
			return target.contains("://") ? target.replaceFirst("//[^/?#]*@", "//").replaceFirst("[?#].*", "") : target;
		}

		String grant() {
			return (this.audience != null) ? "token_exchange" : "client_credentials";
		}

		@Override
		public int compareTo(Target other) {
			return ORDER.compare(this, other);
		}

	}

}
