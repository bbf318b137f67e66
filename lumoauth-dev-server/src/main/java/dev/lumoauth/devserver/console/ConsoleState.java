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

package dev.lumoauth.devserver.console;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.ActorOrder;
import dev.lumoauth.devserver.config.UserProperties;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.Obtained;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.BudgetStatus;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The content of the console, except the requests. Contains neither secrets nor tokens,
 * only the claims of tokens.
 *
 * @param fault the fault that is switched on, if there is one
 * @param tenants the tenants
 * @param tokens the active tokens, the most recent first, at most 50
 * @param tokenCount how many active tokens there are
 */
record ConsoleState(@Nullable FaultState fault, List<TenantState> tenants, List<TokenState> tokens,
		@JsonProperty("token_count") int tokenCount) {

	private static final int MAX_TOKENS = 50;

	static ConsoleState of(@Nullable FaultState fault, Collection<Tenant> tenants, List<IssuedToken> tokens) {
		List<IssuedToken> latest = new ArrayList<>(tokens);
		Collections.reverse(latest);
		Set<String> firstOutermost = tenants.stream()
			.filter((tenant) -> tenant.settings().actorOrder() == ActorOrder.FIRST_OUTERMOST)
			.map(Tenant::slug)
			.collect(Collectors.toSet());
		return new ConsoleState(fault, tenants.stream().map(TenantState::of).toList(),
				latest.stream()
					.limit(MAX_TOKENS)
					.map((token) -> TokenState.of(token, firstOutermost.contains(token.tenant())))
					.toList(),
				tokens.size());
	}

	/**
	 * A tenant.
	 */
	record TenantState(String slug, @JsonProperty("dpop_nonce") boolean dpopNonce, List<AgentState> agents,
			List<AudienceState> audiences, @JsonProperty("aauth_resources") List<ResourceState> aauthResources,
			List<UserState> users) {

		static TenantState of(Tenant tenant) {
			Set<String> capabilities = new TreeSet<>();
			tenant.agents().forEach((agent) -> capabilities.addAll(agent.settings().capabilities()));
			tenant.audiences().forEach((audience) -> capabilities.addAll(audience.scopes()));
			return new TenantState(tenant.slug(), tenant.dpopNonces().areRequired(),
					tenant.agents().stream().map((agent) -> AgentState.of(agent, capabilities)).toList(),
					tenant.audiences().stream().map(AudienceState::of).toList(),
					tenant.aauthResources().stream().map(ResourceState::of).toList(),
					tenant.users().stream().map((user) -> UserState.of(user, scopesOf(tenant, user))).toList());
		}

		private static Set<String> scopesOf(Tenant tenant, User user) {
			return tenant.settings()
				.users()
				.stream()
				.filter((settings) -> settings.username().equals(user.username()))
				.findFirst()
				.map(UserProperties::scopes)
				.orElse(Set.of());
		}

	}

	/**
	 * An agent, with all capabilities that make sense in its tenant, and whether the
	 * agent has each of them.
	 */
	record AgentState(@JsonProperty("client_id") String clientId, String name, boolean enabled,
			Map<String, Boolean> capabilities, @JsonProperty("denied_tools") Collection<List<String>> deniedTools,
			@Nullable BudgetStatus budget, @JsonProperty("budget_exhausted") boolean budgetExhausted,
			@JsonProperty("valid_secrets") int validSecrets, List<ProofState> proofs) {

		static AgentState of(Agent agent, Set<String> ofTenant) {
			Set<String> names = new TreeSet<>(ofTenant);
			names.addAll(agent.knownCapabilities());
			Map<String, Boolean> capabilities = new LinkedHashMap<>();
			names.forEach((name) -> capabilities.put(name, agent.hasCapability(name)));
			BudgetStatus budget = agent.budget().status();
			return new AgentState(agent.id(), agent.name(), agent.isEnabled(), capabilities, agent.deniedTools(),
					budget, budget != null && budget.isExhausted(), agent.credentials().secrets().size(),
					ProofState.of(agent));
		}

	}

	/**
	 * A server for which tokens are exchanged.
	 */
	record AudienceState(String id, @Nullable URI resource, Set<String> clients, Set<String> scopes) {

		static AudienceState of(Audience audience) {
			return new AudienceState(audience.id(), audience.resource(), new TreeSet<>(audience.clients()),
					new TreeSet<>(audience.scopes()));
		}

	}

	/**
	 * A service that agents call with signed requests.
	 */
	record ResourceState(String identifier, List<String> keys, Set<String> scopes, boolean consent) {

		static ResourceState of(AAuthResource resource) {
			return new ResourceState(resource.identifier(), ProofState.keysOf(resource.identity()), resource.scopes(),
					resource.needsConsent());
		}

	}

	/**
	 * A user.
	 */
	record UserState(String username, String name, String id, Map<String, Boolean> scopes) {

		static UserState of(User user, Set<String> configured) {
			Map<String, Boolean> scopes = new TreeMap<>();
			configured.forEach((scope) -> scopes.put(scope, false));
			user.scopes().forEach((scope) -> scopes.put(scope, true));
			return new UserState(user.username(), user.name(), user.id(), scopes);
		}

	}

	/**
	 * An active token.
	 *
	 * @param actors who acts for the subject, the current one first
	 * @param obtained how the client authenticated
	 * @param jkt thumbprint of the key that the token is bound to, {@code null} if it is
	 * not bound
	 * @param claims all claims
	 */
	record TokenState(String id, String tenant, @JsonProperty("client_id") String clientId, String subject,
			List<String> audience, List<String> actors, @JsonProperty("expires_at") Instant expiresAt,
			Obtained obtained, @Nullable String jkt, Map<String, Object> claims) {

		static TokenState of(IssuedToken token, boolean firstOutermost) {
			List<String> actors = new ArrayList<>();
			Object actor = token.actor();
			while (actor instanceof Map<?, ?> map) {
				actors.add(String.valueOf(map.get("sub")));
				actor = map.get("act");
			}
			if (firstOutermost) {
				Collections.reverse(actors);
			}
			if (token.claims().containsKey("agent") && !token.subject().equals(token.clientId())) {
				// AAuth's claim act names only the previous actors.
				actors.add(0, token.clientId());
			}
			Map<String, Object> claims = new LinkedHashMap<>();
			token.claims()
				.entrySet()
				.stream()
				.sorted(Comparator.comparing(Map.Entry::getKey))
				.forEach((claim) -> claims.put(claim.getKey(), readable(claim.getValue())));
			return new TokenState(token.id(), token.tenant(), token.clientId(), token.subject(), token.audience(),
					actors, token.expiresAt(), token.obtained(), token.thumbprint(), claims);
		}

		/** As in the token: times are in seconds. */
		private static Object readable(Object claim) {
			return (claim instanceof Instant instant) ? (Object) instant.getEpochSecond() : claim;
		}

	}

}
