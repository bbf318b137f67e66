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
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.ActorOrder;
import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;
import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.Obtained;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.BudgetStatus;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.Fault;

/**
 * What the console shows, apart from the requests. Neither secrets nor tokens: of a token
 * what it says.
 *
 * @param fault the fault that is switched on, if one is
 * @param tenants the tenants
 * @param tokens the active tokens, the latest first, at most 50
 * @param tokenCount how many active tokens there are
 */
record ConsoleState(@Nullable String fault, List<TenantState> tenants, List<TokenState> tokens,
		@JsonProperty("token_count") int tokenCount) {

	private static final int MAX_TOKENS = 50;

	static ConsoleState of(@Nullable Fault fault, Collection<Tenant> tenants, List<IssuedToken> tokens) {
		List<IssuedToken> latest = new ArrayList<>(tokens);
		Collections.reverse(latest);
		Set<String> firstOutermost = tenants.stream()
			.filter((tenant) -> tenant.settings().actorOrder() == ActorOrder.FIRST_OUTERMOST)
			.map(Tenant::slug)
			.collect(Collectors.toSet());
		return new ConsoleState((fault != null) ? fault.id() : null, tenants.stream().map(TenantState::of).toList(),
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
			List<AudienceState> audiences, List<UserState> users) {

		static TenantState of(Tenant tenant) {
			Set<String> capabilities = new TreeSet<>();
			tenant.agents().forEach((agent) -> capabilities.addAll(agent.settings().capabilities()));
			tenant.audiences().forEach((audience) -> capabilities.addAll(audience.scopes()));
			return new TenantState(tenant.slug(), tenant.dpopNonces().areRequired(),
					tenant.agents().stream().map((agent) -> AgentState.of(agent, capabilities)).toList(),
					tenant.audiences().stream().map(AudienceState::of).toList(),
					tenant.users().stream().map(UserState::of).toList());
		}

	}

	/**
	 * An agent, with all capabilities that make sense in its tenant and whether it has
	 * them.
	 */
	record AgentState(@JsonProperty("client_id") String clientId, String name, Map<String, Boolean> capabilities,
			@Nullable BudgetStatus budget, @JsonProperty("budget_exhausted") boolean budgetExhausted,
			@JsonProperty("valid_secrets") int validSecrets, List<ProofState> proofs) {

		static AgentState of(Agent agent, Set<String> ofTenant) {
			Set<String> names = new TreeSet<>(ofTenant);
			names.addAll(agent.knownCapabilities());
			Map<String, Boolean> capabilities = new LinkedHashMap<>();
			names.forEach((name) -> capabilities.put(name, agent.hasCapability(name)));
			BudgetStatus budget = agent.budget().status();
			return new AgentState(agent.id(), agent.name(), capabilities, budget,
					budget != null && budget.isExhausted(), agent.credentials().secrets().size(), ProofState.of(agent));
		}

	}

	/**
	 * What an agent proves with who it is, apart from its secret.
	 *
	 * @param kind what it is, in words
	 * @param details what is known of it
	 */
	record ProofState(String kind, List<String> details) {

		static List<ProofState> of(Agent agent) {
			List<ProofState> proofs = new ArrayList<>();
			TrustedKeys keys = agent.credentials().keys();
			if (keys != null) {
				proofs.add(new ProofState("Key (private_key_jwt)",
						(keys.keys() != null) ? ids(keys.keys()) : List.of("one of those at " + keys.uri())));
			}
			String subject = agent.settings().tlsClientAuthSubjectDn();
			String thumbprint = agent.settings().tlsClientCertificateThumbprint();
			if (subject != null || thumbprint != null) {
				proofs.add(new ProofState("Certificate (tls_client_auth)",
						Stream.of(subject, (thumbprint != null) ? "SHA-256 " + thumbprint : null)
							.filter(Objects::nonNull)
							.toList()));
			}
			for (WorkloadIdentityProperties identity : agent.credentials().workloadIdentities()) {
				String audience = identity.audience();
				proofs.add(new ProofState("Token of %s (workload_identity)".formatted(identity.provider().id()),
						List.of("issuer " + identity.issuer(), "subject " + identity.subject(),
								"audience " + ((audience != null) ? audience : "this tenant's issuer"))));
			}
			if (agent.credentials().permit(AuthenticationMethod.NONE)) {
				proofs.add(new ProofState("Nothing (none)", List.of("its client id is enough")));
			}
			if (agent.settings().dpopBoundAccessTokens()) {
				proofs.add(new ProofState("DPoP", List.of("its tokens are only for the key of a proof")));
			}
			return proofs;
		}

		private static List<String> ids(JWKSet keys) {
			return keys.getKeys()
				.stream()
				.map((key) -> (key.getKeyID() != null) ? key.getKeyID() : "a key without an id")
				.toList();
		}

	}

	/**
	 * A server that tokens are exchanged for.
	 */
	record AudienceState(String id, @Nullable URI resource, Set<String> clients, Set<String> scopes) {

		static AudienceState of(Audience audience) {
			return new AudienceState(audience.id(), audience.resource(), new TreeSet<>(audience.clients()),
					new TreeSet<>(audience.scopes()));
		}

	}

	/**
	 * A user.
	 */
	record UserState(String username, String name, String id, Set<String> scopes) {

		static UserState of(User user) {
			return new UserState(user.username(), user.name(), user.id(), user.scopes());
		}

	}

	/**
	 * An active token.
	 *
	 * @param actors who acts for the subject, the current one first
	 * @param obtained how the client had authenticated
	 * @param jkt thumbprint of the key that it is for, {@code null} if it is for none
	 * @param claims all that it says
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
			Map<String, Object> claims = new LinkedHashMap<>();
			token.claims()
				.entrySet()
				.stream()
				.sorted(Comparator.comparing(Map.Entry::getKey))
				.forEach((claim) -> claims.put(claim.getKey(), readable(claim.getValue())));
			return new TokenState(token.id(), token.tenant(), token.clientId(), token.subject(), token.audience(),
					actors, token.expiresAt(), token.obtained(), token.thumbprint(), claims);
		}

		/** As in the token: moments in seconds. */
		private static Object readable(Object claim) {
			return (claim instanceof Instant instant) ? (Object) instant.getEpochSecond() : claim;
		}

	}

}
